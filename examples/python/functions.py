from bank import bank
from holdpoint import Denied, Holdpoint  # sdk/python

holdpoint = Holdpoint()  # HOLDPOINT_URL, HOLDPOINT_KEY


@holdpoint.guard(
    "send_money",
    key=lambda bill: "guarded-" + bill["recipient"] + "-" + bill["amount"],
    on_held=lambda held: print(held.hold_url, flush=True),  # where people decide it
)
def send_money(recipient, amount):
    bank.send(recipient, amount)


try:
    send_money("GB29NWBK60161331926819", amount="98.70")
except Denied as denied:
    print(denied.for_model)
