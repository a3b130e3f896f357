from bank import bank
from holdpoint import Denied, Holdpoint  # sdk/python/holdpoint.py, standard library only

holdpoint = Holdpoint()  # HOLDPOINT_URL, HOLDPOINT_KEY
bill = {"tool": "send_money", "params": {"recipient": "GB29NWBK60161331926819", "amount": "98.70"}}
try:
    holdpoint.gate(bill, lambda params: bank.send(**params), key="bill-2026-11", on_held=lambda held: print(held.hold_url))
except Denied as denied:
    print(denied.for_model)  # one safe text for the model; nothing was sent
