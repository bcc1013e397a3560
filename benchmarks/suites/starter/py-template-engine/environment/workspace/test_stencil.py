import unittest

from stencil import Template, TemplateError


def render(source, **context):
    return Template(source).render(context)


class StencilTest(unittest.TestCase):
    def test_values(self):
        self.assertEqual(render("Dear {{ person.name }}!", person={"name": "Ada"}), "Dear Ada!")
        self.assertEqual(render("[{{ nobody.name }}]"), "[]")

    def test_filters(self):
        self.assertEqual(render('{{ name | upper }} {{ tags|join:", " }}', name="ada", tags=[1, 2]), "ADA 1, 2")

    def test_if(self):
        source = "{% if paid %}thanks{% else %}please pay{% endif %}"
        self.assertEqual(render(source, paid=True), "thanks")
        self.assertEqual(render(source), "please pay")

    def test_for(self):
        source = "{% for line in lines %}{{ loop.index }}. {{ line }}\n{% else %}none{% endfor %}"
        self.assertEqual(render(source, lines=["nut", "bolt"]), "1. nut\n2. bolt\n")
        self.assertEqual(render(source, lines=[]), "none")

    def test_unclosed_block(self):
        with self.assertRaises(TemplateError) as caught:
            Template("one\n{% if x %}\ntwo")
        self.assertEqual(caught.exception.line, 2)


if __name__ == "__main__":
    unittest.main()
