"""The product's settings, less the limits on how many chats one address may start."""

from config import settings as product

globals().update({name: value for name, value in vars(product).items() if name.isupper()})
RATES = dict.fromkeys(product.RATES, (1_000_000, 1))
