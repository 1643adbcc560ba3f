"""What spreadsheets call the fields of an event, in English, Portuguese, Spanish, French, German and Italian.

Names are compared as :func:`~ingest.values.header_names.forgiving` reduces them; accents and spaces are written here
for people.
"""

from __future__ import annotations

from ingest.values.fields import FIELDS, USER
from ingest.values.header_names import forgiving


def _names(words: str) -> frozenset[str]:
    return frozenset(map(forgiving, words.split(", ")))


WORDS: dict[str, str] = {
    "event_name": "event, event type, tipo de evento, evento, événement, type d'événement, ereignis, ereignistyp, "
    "tipo evento, transaction type, tipo de transação, operação, tipo de operação, conversion name",
    "event_time": "date, datetime, timestamp, time, order date, created at, creation date, purchase date, sale date, "
    "transaction date, date and time, data, data da venda, data do pedido, data da compra, data hora, data e hora, "
    "data/hora, dt venda, dt pedido, emissão, data de emissão, fecha, fecha de venta, fecha de compra, "
    "fecha del pedido, fecha y hora, date de vente, date de commande, date d'achat, date et heure, datum, "
    "verkaufsdatum, bestelldatum, kaufdatum, belegdatum, rechnungsdatum, zeitstempel, datum und uhrzeit, "
    "data vendita, data ordine, data acquisto, data e ora, close date, paid at, created, created time, created on, "
    "created date, create date, date created, creation time, order time, order datetime, event date, "
    "event timestamp, purchased at, completed at, data de criação, fecha de creación, date de création, erstellt am, "
    "erstellungsdatum, bestellt am, data creazione",
    "event_id": "event id, id do evento, id del evento, id événement, ereignis id, id evento",
    "action_source": "action source, canal de venda, origem da ação",
    "event_source_url": "url, page url, landing page, link, página",
    "custom_data.order_id": "order, order id, order number, order no, order #, transaction id, receipt, "
    "receipt number, invoice, invoice number, ticket, pedido, nº do pedido, número do pedido, n pedido, id do pedido, "
    "código do pedido, nota fiscal, cupom, id da venda, número de pedido, nº de pedido, nº pedido, número pedido, "
    "id pedido, "
    "factura, nº factura, commande, n° de commande, numéro de commande, id commande, facture, "
    "bestellung, bestellnummer, auftrag, auftragsnummer, belegnummer, rechnungsnummer, ordine, "
    "numero ordine, n. ordine, id ordine, fattura, numero fattura",
    "custom_data.value": "value, amount, total, total amount, order total, grand total, revenue, sale amount, "
    "total price, valor, valor total, total do pedido, valor da venda, valor do pedido, total da venda, receita, "
    "importe, importe total, total del pedido, monto, monto total, montant, montant total, total ttc, prix total, "
    "betrag, gesamtbetrag, summe, gesamtsumme, umsatz, gesamtpreis, importo, importo totale, totale, totale ordine, "
    "valore",
    "custom_data.currency": "currency, currency code, moeda, moneda, divisa, devise, monnaie, währung, valuta",
    "user_data.em": "email, e-mail, email address, mail, customer email, billing email, correio eletrônico, "
    "e-mail do cliente, email cliente, correo, correo electrónico, email del cliente, adresse e-mail, courriel, "
    "email client, e-mail-adresse, mailadresse, e-mail kunde, indirizzo email, posta elettronica",
    "user_data.ph": "phone, phone number, telephone, tel, mobile, mobile phone, cell, cell phone, whatsapp, telefone, "
    "celular, fone, telefone celular, nº de telefone, teléfono, móvil, número de teléfono, téléphone, portable, "
    "numéro de téléphone, n° de téléphone, telefon, telefonnummer, handy, handynummer, mobil, mobilnummer, rufnummer, "
    "telefono, cellulare, numero di telefono",
    "user_data.fn": "first name, given name, forename, firstname, nome próprio, primeiro nome, nombre, nombres, "
    "prénom, vorname",
    "user_data.ln": "last name, surname, family name, lastname, sobrenome, apelido, último nome, apellido, apellidos, "
    "nom de famille, nachname, familienname, cognome",
    "user_data.ge": "gender, sex, sexo, gênero, género, sexe, genre, geschlecht, sesso, genere",
    "user_data.db": "date of birth, birth date, birthdate, birthday, dob, data de nascimento, nascimento, "
    "dt nascimento, fecha de nacimiento, nacimiento, date de naissance, naissance, geburtsdatum, geburtstag, "
    "data di nascita",
    "user_data.ct": "city, town, billing city, shipping city, cidade, município, ciudad, localidad, ville, stadt, ort, "
    "wohnort, città, comune",
    "user_data.st": "state, province, region, billing state, uf, estado, provincia, région, bundesland, regione",
    "user_data.zp": "zip, zip code, zipcode, postal code, postcode, cep, código postal, cp, code postal, plz, "
    "postleitzahl, cap",
    "user_data.country": "country, country code, billing country, país, pays, land, paese, nazione",
    "user_data.external_id": "customer id, customer number, user id, client id, member id, loyalty id, loyalty number, "
    "external id, id do cliente, código do cliente, cliente id, id cliente, id del cliente, código de cliente, "
    "id client, numéro client, kundennummer, kunden-id, kunden id, id utente, codice cliente",
    "user_data.client_ip_address": "ip, ip address, client ip, endereço ip, dirección ip, adresse ip, ip-adresse, "
    "indirizzo ip",
    "user_data.client_user_agent": "user agent, browser, navegador, agent",
    "user_data.fbc": "fbc, _fbc",
    "user_data.fbp": "fbp, _fbp",
    "user_data.lead_id": "lead id, meta lead id, facebook lead id, id do lead",
    "user_data.madid": "madid, idfa, gaid, advertising id",
    "contents[0].id": "sku, product id, item id, product code, item code, lineitem sku, produto id, código do produto, "
    "cód. produto, código, referência, id do produto, código de producto, id producto, referencia, référence, "
    "id produit, code produit, artikelnummer, artikel-nr, artikelnr, produktnummer, codice prodotto, id prodotto, "
    "codice articolo",
    "contents[0].quantity": "quantity, qty, units, item quantity, lineitem quantity, quantidade, qtd, qtde, cantidad, "
    "unidades, quantité, qté, menge, anzahl, stückzahl, stück, quantità, qta",
    "contents[0].item_price": "unit price, item price, price per unit, lineitem price, preço unitário, "
    "preço unit, valor unitário, valor unit, "
    "vl unitário, precio unitario, prix unitaire, einzelpreis, stückpreis, prezzo unitario",
    "contents[0].title": "product, product name, item, item name, item description, produto, nome do produto, "
    "descrição do produto, producto, nombre del producto, artículo, produit, nom du produit, article, produkt, "
    "artikel, bezeichnung, produktname, prodotto, nome prodotto, articolo",
    "custom_data.store_data.store_code": "store, store id, store code, store number, shop, branch, loja, "
    "código da loja, filial, tienda, sucursal, magasin, boutique, filiale, negozio, punto vendita",
}
"""By field, what its column is called."""

FULL_NAME = frozenset(
    map(
        forgiving,
        [
            "name",
            "full name",
            "customer",
            "customer name",
            "client name",
            "billing name",
            "nome",
            "nome completo",
            "cliente",
            "nome do cliente",
            "nombre completo",
            "nombre del cliente",
            "nom",
            "nom complet",
            "nom du client",
            "kunde",
            "kundenname",
            "nome e cognome",
            "nome cliente",
        ],
    )
)
"""First and last name in one cell. ``nome``, ``nom`` and ``name`` alone may be that, or only one of the two."""

EVENTS: dict[str, str] = {
    "Purchase": "purchase, sale, order, venda, compra, pedido, venta, vente, achat, commande, kauf, verkauf, "
    "bestellung, vendita, acquisto, ordine",
    "Lead": "lead, quote, orçamento, cotação, contato, presupuesto, devis, prospect, angebot, anfrage, preventivo",
    "CompleteRegistration": "registration, signup, sign up, cadastro, registro, inscription, registrierung, anmeldung, "
    "registrazione, iscrizione",
    "Schedule": "appointment, booking, agendamento, cita, rendez-vous, termin, appuntamento, prenotazione",
}
"""Standard events, and what people call them (meta-capi.md §6.1)."""

FIELD_OF: dict[str, str] = {
    **{forgiving(name): of.path for of in FIELDS for name in (of.path, *of.aliases) if len(name) > 2},  # noqa: PLR2004
    **{forgiving(of.attribute): of.path for of in FIELDS if of.group == USER and len(of.attribute) == 2},  # noqa: PLR2004
    **{forgiving(word): path for path, words in WORDS.items() for word in words.split(", ")},
}
"""Field by reduced name."""

EVENT_OF = {forgiving(word): event for event, words in EVENTS.items() for word in words.split(", ")}

ROW_STATE = _names(
    "status, order status, payment status, financial status, fulfillment status, order state, cancelled, canceled, "
    "refunded, test, situação, status do pedido, status da venda, status do pagamento, situação do pedido, cancelado, "
    "teste, estado del pedido, estado del pago, estado de pago, situación, anulado, statut, statut de la commande, "
    "statut commande, état de la commande, annulé, bestellstatus, zahlungsstatus, auftragsstatus, storniert, stato, "
    "stato ordine, stato pagamento, annullato"
)
"""Columns that say what became of an order: whether its row counts is a person's to say."""

NO_SALE = _names(
    "cancelled, canceled, refunded, partially refunded, voided, returned, failed, test, cancelado, cancelada, "
    "devolvido, devolvida, estornado, estornada, reembolsado, reembolsada, teste, devuelto, devuelta, anulado, "
    "anulada, annulé, annulée, remboursé, remboursée, retourné, storniert, erstattet, retourniert, zurückgegeben, "
    "annullato, annullata, rimborsato, rimborsata, reso"
)
"""Words for orders that are no sale, or no longer."""

CONSENT = _names(
    "newsletter, accepts marketing, email marketing, marketing, privacy, subscribed, aceita marketing, "
    "aceita e-mails, aceite, recebe newsletter, acepta marketing, acepta publicidad, suscrito, accepte le marketing, "
    "abonné, werbung erlaubt, datenschutz, accetta marketing, iscritto"
)
"""Columns that may say whether a person agreed to something."""

CONSENT_PARTS = _names(
    "consent, opt-in, gdpr, lgpd, rgpd, dsgvo, consentimento, consentimiento, einwilligung, zustimmung, consenso"
)
"""Words of which one in a column's name says the same."""
