from exact import ExactTestCase
from stencil import Template, TemplateError


class HiddenTest(ExactTestCase):
    def shows(self, source, expected, **context):
        self.assertEqual(Template(source).render(context), expected)

    def refused(self, line, source):
        with self.assertRaises(TemplateError, msg=source) as caught:
            Template(source)
        self.assertEqual(caught.exception.line, line)

    def test_plain_text(self):
        self.shows("", "")
        self.shows("a { b } % c\n", "a { b } % c\n")

    def test_written_values(self):
        self.shows("{{a}},{{ b }},{{ c }},{{ d }},{{ e }}", "None?,,true,false,1.5", a="None?", b=None, c=True, d=False, e=1.5)

    def test_literals(self):
        self.shows('{{ "a b" }} {{ 12 }} {{ -3 }} {{ "" }}.', "a b 12 -3 .")

    def test_paths(self):
        order = {"lines": [{"price": 5}, {"price": 7}], "2": "two"}
        self.shows("{{ order.lines.1.price }} {{ order.2 }} {{ order.lines.0.price }}", "7 two 5", order=order)

    def test_missing_paths(self):
        self.shows("[{{ a }}{{ b.c.d }}{{ l.2 }}{{ l.x }}{{ s.0 }}{{ n.x }}]", "[]", b={}, l=[1, 2], s="text", n=3)

    def test_output_is_not_read_again(self):
        self.shows("{{ a }}", "{{ b }}{% if %}", a="{{ b }}{% if %}", b="no")

    def test_text_filters(self):
        self.shows("{{ a|upper }}{{ a | lower }}[{{ b|trim }}]{{ c|upper }}", "ABCabc[x y]TRUE", a="aBc", b="\n x y\t", c=True)
        self.shows("[{{ missing|upper }}]", "[]")

    def test_chained_filters(self):
        self.shows('{{ names | join:"-" | upper }}{{ x|trim|default:"none" }}', "A-Bnone", names=["a", "b"], x="  ")

    def test_length(self):
        self.shows("{{ a|length }}{{ b|length }}{{ c|length }}{{ d|length }}{{ e|length }}", "32100", a=[1, 2, 3], b="xy", c={"k": 1}, d=7)

    def test_default(self):
        self.shows('{{ a|default:"x" }}{{ b|default:"x" }}{{ c|default:"x" }}{{ d|default:"x" }}{{ e|default:"x" }}', "xxx0false", b=None, c="", d=0, e=False)

    def test_join(self):
        self.shows('{{ a|join:", " }};{{ b|join:"," }};{{ c|join:"," }}', "1, , true;xy;", a=[1, None, True], b="xy", c=[])

    def test_pipe_in_an_argument(self):
        self.shows('{{ a|join:"|" }} {{ "x|y"|upper }}', "1|2 X|Y", a=[1, 2])

    def test_if_elif_else(self):
        source = '{% if n == 1 %}one{% elif n == 2 %}two{% elif n == "2" %}text{% else %}many{% endif %}'
        for n, expected in ((1, "one"), (2, "two"), ("2", "text"), (3, "many"), (None, "many")):
            self.shows(source, expected, n=n)

    def test_if_without_else(self):
        self.shows("a{% if x %}b{% endif %}c", "ac")

    def test_truth(self):
        source = "{% if x %}1{% else %}0{% endif %}{% if not x %}1{% else %}0{% endif %}"
        for value in (None, False, 0, "", [], {}):
            self.shows(source, "01", x=value)
        for value in (True, 1, "0", [0], {"a": None}):
            self.shows(source, "10", x=value)
        self.shows(source, "01")

    def test_equality(self):
        source = "{% if a == b %}same{% endif %}"
        self.shows(source, "same", a=[1], b=[1])
        self.shows(source, "", a=None)
        self.shows(source, "same")
        self.shows('{% if "a==b"==x %}same{% endif %}', "same", x="a==b")
        self.shows("{% if -2 == x %}same{% endif %}", "same", x=-2)

    def test_nested_ifs(self):
        source = "{% if a %}{% if b %}ab{% else %}a{% endif %}{% else %}{% if b %}b{% endif %}{% endif %}"
        for a, b, expected in ((1, 1, "ab"), (1, 0, "a"), (0, 1, "b"), (0, 0, "")):
            self.shows(source, expected, a=a, b=b)

    def test_loop_variables(self):
        source = "{% for x in xs %}{{ loop.index }}{{ x }}{% if loop.first %}F{% endif %}{% if loop.last %}L{% endif %} {% endfor %}"
        self.shows(source, "1aF 2b 3cL ", xs=["a", "b", "c"])
        self.shows(source, "1aFL ", xs=["a"])

    def test_loop_variables_end_with_the_loop(self):
        self.shows("{{ x }}{% for x in xs %}{{ x }}{% endfor %}{{ x }}{{ loop }}", "0120out", x=0, xs=[1, 2], loop="out")

    def test_nested_loops(self):
        source = "{% for row in rows %}{% for x in row %}{{ loop.index }}{{ x }}{% endfor %}:{{ loop.index }} {% endfor %}"
        self.shows(source, "1a2b:1 1c:2 ", rows=[["a", "b"], ["c"]])

    def test_loop_else(self):
        source = "{% for x in xs %}{{ x }}{% else %}none{% endfor %}"
        self.shows(source, "none")
        self.shows(source, "none", xs=None)
        self.shows(source, "none", xs=[])
        self.shows(source, "1", xs=[1])

    def test_looping_over_something_else(self):
        for value in ("text", 5, {"a": 1}, 0, ""):
            with self.assertRaises(TemplateError) as caught:
                Template("\n\n{% for x in xs %}{% endfor %}").render({"xs": value})
            self.assertEqual(caught.exception.line, 3)

    def test_lines_and_comments(self):
        self.shows("a\n{# note #}\n  {% if x %}\nb\n{% endif %}\nc{# d #}", "a\nb\nc", x=1)

    def test_context_is_not_changed(self):
        context = {"xs": [1, 2], "x": 0}
        template = Template("{% for x in xs %}{{ x }}{% endfor %}")
        self.assertEqual([template.render(context), template.render(context)], ["12", "12"])
        self.assertEqual(context, {"xs": [1, 2], "x": 0})

    def test_unclosed_blocks(self):
        self.refused(2, "\n{% if a %}\n{% for x in y %}{% endfor %}")
        self.refused(3, "{% if a %}\n{% endif %}\n{% for x in y %}\n{% else %}")
        self.refused(1, "{% if a %}{% else %}")

    def test_misplaced_tags(self):
        for source in ("{% endif %}", "{% else %}", "{% elif x %}", "{% for x in y %}{% elif z %}{% endfor %}", "{% if x %}{% endfor %}", "{% for x in y %}{% endif %}"):
            self.refused(2, "\n" + source)
        self.refused(3, "{% if a %}\n{% else %}\n{% elif b %}{% endif %}")
        self.refused(2, "{% if a %}{% else %}\n{% else %}{% endif %}")
        self.refused(2, "{% for x in y %}{% else %}\n{% else %}{% endfor %}")

    def test_words_after_bare_tags(self):
        self.refused(1, "{% if a %}{% endif a %}")
        self.refused(1, "{% if a %}{% else a %}{% endif %}")
        self.refused(2, "{% for x in y %}\n{% endfor x %}")

    def test_unknown_tags_and_filters(self):
        for source in ("{% while x %}", "{% %}", "{{ x | shout }}", "{{ x | }}", "{{ x | upper:\"a\" }}", "{{ x | join }}", "{{ x | default:a }}", "{{ | upper }}"):
            self.refused(3, "\n\n" + source)

    def test_bad_expressions(self):
        for inner in ("", "a b", "a..b", ".a", "a.", "a-b", '"a', 'a"b"', "a+1", "f()"):
            self.refused(1, "{{ " + inner + " }}")
        for inner in ("", "a ==", "== a", "a == b == c", "a and b", "not a == b"):
            self.refused(1, "{% if " + inner + " %}{% endif %}")
        for inner in ("", "x", "x in", "in y", "x y", "x.z in y", 'x in "abc"', "x in y z", "x of y"):
            self.refused(1, "{% for " + inner + " %}{% endfor %}")
