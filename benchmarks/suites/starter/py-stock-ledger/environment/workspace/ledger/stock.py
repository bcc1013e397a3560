"""What is in stock, and what it cost."""

from collections import defaultdict


class StockError(ValueError):
    pass


class Article:
    def __init__(self, lots=[]):
        self.lots = lots  # [pieces, price] of each purchase
        self.profit = 0
        self.losses = 0


class Stock:
    def __init__(self):
        self._articles = defaultdict(Article)

    def apply(self, entry):
        getattr(self, entry.kind)(entry.article, entry.count, *([] if entry.price is None else [entry.price]))

    def buy(self, name, count, price):
        self._articles[name].lots.append([count, price])

    def sell(self, name, count, price):
        article = self._articles[name]
        article.profit += count * price
        article.profit -= self._take(name, count)

    def count(self, name, count):
        article = self._articles[name]
        difference = count - self.quantity(name)
        if difference < 0:
            article.losses += self._take(name, -difference)
        else:
            article.lots.insert(0, [difference, article.lots[-1][1]])

    def articles(self):
        return list(self._articles)

    def quantity(self, name):
        return sum(count for count, _ in self._articles[name].lots)

    def value(self, name):
        return sum(count * price for count, price in self._articles[name].lots)

    def profit(self, name):
        return self._articles[name].profit

    def losses(self, name):
        return self._articles[name].losses

    def _take(self, name, count):
        lots = self._articles[name].lots
        cost = 0
        while count > 0:
            if not lots:
                raise StockError(f"not enough {name}")
            lot = lots[-1]
            taken = min(lot[0], count)
            lot[0] -= taken
            count -= taken
            cost += taken * lot[1]
            if lot[0] == 0:
                lots.pop()
        return cost
