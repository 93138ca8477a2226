#!/usr/bin/python3
"""Fills an empty Tryton database: seed.py CONFIG DATABASE. Passwords come from the environment.

A wholesaler of electrical and plumbing goods: three fiscal years (the last one closed), a chart with numbers, sales tax, items that are
counted and items that are charged, some of them in stock, two payment terms, three customers, the user that the connector signs in
as, with no more rights than it needs, and one of the warehouse. Dates are those of the current calendar year.
"""
import os
import sys
from datetime import date
from decimal import Decimal

from proteus import Model, Wizard, config

CONFIG, DATABASE = sys.argv[1:3]
os.environ["TRYTOND_CONFIG"] = CONFIG
from trytond.config import config as trytond_config  # noqa: E402

trytond_config.update_etc(CONFIG)
config.set_trytond(trytond_config.get("database", "uri") + DATABASE, user="admin", config_file=CONFIG)

get = Model.get
YEAR = date.today().year


def named(model, name, **more):
    found, = get(model).find([("name", "=", name)] + [(key, "=", value) for key, value in more.items()], limit=1)
    return found


def saved(model, **values):
    record = get(model)(**values)
    record.save()
    return record


def company():
    party = saved("party.party", name="Hartline Electric Supply", code="HARTLINE")
    wizard = Wizard("company.company.config")
    wizard.execute("company")
    wizard.form.party = party
    usd = get("currency.currency").find([("code", "=", "USD")], limit=1)
    wizard.form.currency = usd[0] if usd else saved("currency.currency", name="US Dollar", symbol="$", code="USD", rounding=Decimal("0.01"))
    wizard.execute("add")
    config.get_config()._context = get("res.user").get_preferences(True, {})
    made, = get("company.company").find([])
    made.cancel_invoice_out = True
    made.save()
    return made


def chart(own):
    ids, = get("ir.model.data").find([("module", "=", "account"), ("fs_id", "=", "account_template_root_en")], limit=1)
    wizard = Wizard("account.create_chart")
    wizard.execute("account")
    wizard.form.account_template = get("account.account.template")(ids.db_id)
    wizard.form.company = own
    wizard.execute("create_account")
    accounts = {}
    for code, name in (("1000", "Main Cash"), ("1200", "Main Receivable"), ("2000", "Main Payable"), ("2200", "Main Tax"), ("4000", "Main Revenue"), ("5000", "Main Expense")):
        account = named("account.account", name)
        account.code = code
        account.save()
        accounts[code] = account
    wizard.form.account_receivable, wizard.form.account_payable = accounts["1200"], accounts["2000"]
    wizard.execute("create_properties")
    expense = accounts["5000"]
    accounts["6900"] = saved("account.account", name="Small differences", code="6900", type=expense.type, company=own, parent=expense.parent)
    freight = accounts["4000"]
    accounts["4100"] = saved("account.account", name="Freight charged", code="4100", type=freight.type, company=own, parent=freight.parent)
    return accounts


def sequence(model, name, kind, own, prefix=""):
    return saved(model, name=name, prefix=prefix, sequence_type=named("ir.sequence.type", kind), company=own)


def fiscal_year(own, year, closed):
    made = get("account.fiscalyear")(name=str(year), start_date=date(year, 1, 1), end_date=date(year, 12, 31), company=own)
    made.post_move_sequence = sequence("ir.sequence", f"Moves {year}", "Account Move", own)
    row, = made.invoice_sequences
    row.out_invoice_sequence = sequence("ir.sequence.strict", f"Invoices {year}", "Invoice", own, f"INV{year}-")
    row.out_credit_note_sequence = sequence("ir.sequence.strict", f"Credit notes {year}", "Invoice", own, f"CN{year}-")
    row.in_invoice_sequence = row.in_credit_note_sequence = sequence("ir.sequence.strict", f"Supplier invoices {year}", "Invoice", own)
    made.save()
    made.click("create_period")
    if closed:
        for period in get("account.period").find([("fiscalyear", "=", made.id)]):
            period.click("close")


def term(name, days):
    made = get("account.invoice.payment_term")(name=name)
    made.lines.new(type="remainder").relativedeltas.new(days=days)
    made.save()
    return made


def item(code, name, unit, price, category, kind="goods"):
    template = get("product.template")(name=name, code=code, default_uom=unit, type=kind, list_price=Decimal(price), account_category=category)
    if hasattr(template, "salable"):
        template.salable = True
    template.save()


def in_stock(quantities):
    count = get("stock.inventory")(location=named("stock.location", "Storage Zone"), company=own)
    for code, quantity in quantities.items():
        product, = get("product.product").find([("code", "=", code)])
        count.lines.new(product=product, quantity=quantity)
    count.save()
    count.click("confirm")


def customer(code, name, city, state_zip, terms, limit):
    party = get("party.party")(name=name, code=code, customer_payment_term=terms)
    if limit is not None:
        party.credit_limit_amount = Decimal(limit)
    address, = party.addresses
    address.street, address.city, address.postal_code = "1 Industrial Way", city, state_zip
    party.save()


def user(login, password, own, groups):
    made = get("res.user")(name=login, login=login, password=password)
    for name in groups:
        made.groups.append(named("res.group", name))
    made.companies.append(get("company.company")(own.id))
    made.company = own
    made.save()


own = company()
for year in (YEAR - 1, YEAR, YEAR + 1):
    fiscal_year(own, year, year < YEAR)
accounts = chart(own)
tax = get("account.tax")(name="Sales tax", description="Sales tax", type="percentage", rate=Decimal("0.08"), company=own, invoice_account=accounts["2200"], credit_note_account=accounts["2200"])
tax.save()
goods = saved("product.category", name="Electrical goods", accounting=True, account_revenue=accounts["4000"], account_expense=accounts["5000"])
charges = saved("product.category", name="Charges", accounting=True, account_revenue=accounts["4100"], account_expense=accounts["5000"])
unit, metre = named("product.uom", "Unit"), named("product.uom", "Meter")
item("BRK-1P-15", "Circuit breaker 1-pole 15A", unit, "12.50", goods)
item("BRK-2P-30", "Circuit breaker 2-pole 30A", unit, "31.90", goods)
item("CBL-12-2", "Cable 12-2 with ground", metre, "1.8350", goods)
plumbing = saved("product.category", name="Plumbing goods", accounting=True, account_revenue=accounts["4000"], account_expense=accounts["5000"])
item("BV-050", "Ball valve brass 1/2 in", unit, "12.50", plumbing)
item("BV-075", "Ball valve brass 3/4 in", unit, "17.25", plumbing)
item("GH-50FT", "Garden hose reinforced 50 ft", unit, "33.33", plumbing)
item("PW-14", "Pipe wrench 14 in", unit, "41.95", plumbing)
item("PTFE-12", "PTFE thread seal tape 1/2 x 520 in", unit, "0.79", plumbing)
item("CE-050", "Copper elbow 90 1/2 in", unit, "1.87", plumbing)
item("PG-100", "Pressure gauge 0-100 psi", unit, "23.10", plumbing)
item("FREIGHT", "Freight", unit, "0", charges, "service")
net30, net60 = term("NET30", 30), term("NET60", 60)
term("CARD", 0)
customer("C1001", "Abbott Electric", "Dayton", "45402", net30, "50000")
customer("C1002", "Brightwell Contractors", "Columbus", "43215", net60, None)
customer("C1003", "Cedar Grove Schools", "Toledo", "43604", net30, "1000")
customer("C1004", "Harbor Supply Co.", "Columbus", "43004", net30, "25000")
customer("C1005", "Prairie Plumbing LLC", "Columbus", "43004", net30, "2000")
in_stock({"BRK-1P-15": 100, "BRK-2P-30": 3, "CBL-12-2": 500, "BV-050": 480, "BV-075": 320, "GH-50FT": 150, "PW-14": 60, "PTFE-12": 5000, "CE-050": 2400, "PG-100": 50})
user("ledgerline", os.environ["CONNECTOR_PASSWORD"], own, ["Account", "Account Administration", "Stock"])
user("picker", os.environ["PICKER_PASSWORD"], own, ["Stock"])
user("clerk", os.environ["CLERK_PASSWORD"], own, [])
