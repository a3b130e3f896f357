class Bank:
    """Stands for whatever your agent acts on. It gets the arguments that came back, which an approver may have narrowed."""

    def send(self, recipient, amount):
        print(f"sent {amount} to {recipient}")


bank = Bank()
