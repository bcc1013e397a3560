"""What is in stock, and what it cost."""


class StockError(ValueError):
    pass


class Article:
    def __init__(self):
        self.lots = []  # [pieces, price] of each purchase, the oldest first
        self.last_price = 0
        self.profit = 0
        self.losses = 0


class Stock:
    def __init__(self):
        self._articles = {}

    def apply(self, entry):
        getattr(self, entry.kind)(entry.article, entry.count, *([] if entry.price is None else [entry.price]))

    def buy(self, name, count, price):
        article = self._articles.setdefault(name, Article())
        article.lots.append([count, price])
        article.last_price = price

    def sell(self, name, count, price):
        if count > self.quantity(name):
            raise StockError(f"not enough {name}")
        self._articles[name].profit += count * price - self._take(name, count)

    def count(self, name, count):
        article = self._articles.setdefault(name, Article())
        difference = count - self.quantity(name)
        if difference < 0:
            cost = self._take(name, -difference)
            article.losses += cost
            article.profit -= cost
        elif difference > 0:
            article.lots.append([difference, article.last_price])

    def articles(self):
        return sorted(self._articles)

    def quantity(self, name):
        return sum(count for count, _ in self._article(name).lots)

    def value(self, name):
        return sum(count * price for count, price in self._article(name).lots)

    def profit(self, name):
        return self._article(name).profit

    def losses(self, name):
        return self._article(name).losses

    def _article(self, name):
        return self._articles.get(name) or Article()

    def _take(self, name, count):
        lots = self._articles[name].lots
        cost = 0
        while count > 0:
            lot = lots[0]
            taken = min(lot[0], count)
            lot[0] -= taken
            count -= taken
            cost += taken * lot[1]
            if lot[0] == 0:
                lots.pop(0)
        return cost
