"""Every worked example of meta-capi.md §3.4: Meta's documentation (CIP), its param builder's tests (PB), and traps."""

import pytest

from handle.customer.normaliser import normalise, normalise_all
from handle.customer.options import CustomerOptions

# What Meta's documentation, the param builder's tests or a run of one of them give for a normalised text.
SHA256 = {
    "15551234567": "d6736136ea896c1bfdc553e0e86e702c70d060d805696ca3e4e9e0961353860a",
    "02138": "ba9e26ceafce2daf7477b4054dd5c51140248480d5a4e56a73de56854f0679f2",
    "john_smith@gmail.com": "62a14e44f765419d10fea99367361a727c12365e2520f32218d505ed9aa0f62f",
    "someone@domain.com": "508a7286f88555648990c08a1002657a28ba330379e8b47f3291120e6c80580d",
    "test@example.com": "973dfe463ec85785f5f95af5ba3906eedb2d931c24e69824a89ea65dba4e813b",
    "foo@bar.com": "0c7e6a405862e402eb76a70f8a26fc732d07c32931e9fae9ab1582911d2e8a3b",
    "16505551212": "e323ec626319ca94ee8bff2e4c87cf613be6ea19919ed1364124e16807ab3176",
    "16169547888": "bb2fa2e6d2cea4746530c99686d0c7886ab2019875dca2d7e9e171c0e6ada00d",
    "442079460958": "35e206e5dec4c89b9e8b71b8c32724a5bb518483ac5a20c6617d738375b3b823",
    "33142868326": "071b35d5b6de81e40088fd797bfad57ad5af83dafd1406b141b4affa5be9234a",
    "16501234567": "1f41a6876308cc581e7c096db4b342524d51f06f1df35537e30859e3956b5e89",
    "12345678901": "254aa248acb47dd654ca3ea53f48c2c26d641d23d7e2e93a1ec56258df7674c4",
    "14251234567": "6f4fcb9deaeadc8f9746ae76d97ce1239e98b404efe5da3ee0b7149740f89ad6",
    "5511987654321": "029c7290f14c4516673508635f0519db95f7daf42057fd0e4ad1de84c5408a66",
    "mary": "6915771be1c5aa0c886870b6951b03d7eafc121fea0e80a5ea83beb7c449f4ec",
    "정": "8fa8cd9c440be61d0151429310034083132b35975c4bea67fdd74158eb51db14",
    "valéry": "08e1996b5dd49e62a4b4c010d44e4345592a863bb9f8e3976219bac29417149c",
    "nathanboile": "0f0e8d2369a5cc5b881c79245ffeb1e12ecc45fb37357258d0c05a8390baed65",
    "doedoe": "781db0f69eaeaa5db8687fa8a90034a97b10b42de377172a25d647c4bffb9b16",
    "oconnor": "7a0fbfdf40cbeb97429bdb88f512cecd27f0d44b7e57986ab578423bb61936ac",
    "josémaría": "a6a9049d39c4dd1cc332a44c64da6e6ce99e4ddbc1e9b6595e7f7bad60ef5ef6",
    "doe": "799ef92a11af918e3fb741df42934f3b568ed2d93ac1df74f1b8d41a27932a6f",
    "smith": "6627835f988e2c5e50533d491163072d3f4f41f5c8b04630150debb3722ca2dd",
    "m": "62c66a7a5dd70c3146618063c344e531e6d4b59e379808443ce962b3abd63c5a",
    "f": "252f10c83610ebca1a059c0bae8255eba2f95be4d1d7bcfa89d7248a82d9f111",
    "19970216": "01acdbf6ec7b4f478a225f1a246e5d6767eeab1a7ffa17f025265b5b94f40f0c",
    "19901231": "e34847671d257b92802553ecff8091c5e218044431fd84ce1ce573e530710c83",
    "paris": "1670f2e42fefa5044d59a65349e47c566009488fc57d7b4376dd5787b59e3c57",
    "london": "6089854c94ca5454b76be6752c562901a985f64c9a946f62976aeab593b83161",
    "newyork": "350c754ba4d38897693aa077ef43072a859d23f613443133fecbbd90a3512ca5",
    "menlopark": "0007a3d64c01e23d5075203c5977c14e4f7e01a3fc570686fcc50b5e1dd42685",
    "stlouis": "8ba24bdf99947996f3000259be455de791b06fcc0e802ce05031030df1ee8ea3",
    "sãopaulo": "3eda1428ae1aece064071f8d40f08fe2bc59ffa66c171a163caf15122ec4d7f0",
    "montréal": "b61634d33948ee70cf80611670caf8df02881d585581adcc7574356458afa00f",
    "laquila": "6b47947459d80bfbc871802f252f8b5a0b5062eed3cb13ba6596b95e161feca1",
    "ca": "6959097001d10501ac7d54c0bdb8db61420f658f2922cc26e46d536119a31126",
    "az": "9c0ada37bf74aeefae949fdfc90db0cf6eaf90192eff67d65887771f0585e055",
    "tx": "1b5b9ccb3e8d006a5230de9bda23ff91edc794d4f56410560830b418528e446c",
    "newsouthwales": "96236847af45f93f09c6ba2627cdb8da07e395f009d0e42f782cffb119cc24da",
    "sp": "be18b85f77fc024db379acf19e8a1ce62307ab7bb1bca395389ecfc2dafaf741",
    "94035": "1794327a4d443904421f5ca1f3d72d0a62ba2f0770d80755ec2220fc0efb052e",
    "37221": "4c8aef49c98ac36122e884c4bb76b30384118053921db0ffd3ec31c4f1d93a40",
    "m11ae": "1dc694c2070e697769fb959b50671d76cafd430d8ca191fbdd0affcaea344ac5",
    "75018": "8dc3075ea745609c169d1c120d3fcd1c42673d16f18b423f4374e894d34a098a",
    "1987": "744b93f9950fc38dad705556931ea48193b99dcb191cc9bd77097f65fbe2f0b8",
    "01310100": "9a4a139dfbfcd2fc89a3cb4302dad65a35abd8d29a56c09a962b69c5cf3bca40",
    "us": "79adb2a2fce5c6ba215fe5f27f532d4e7edbac4b6a5e09e1ef3a08084a904621",
    "br": "885036a0da3dff3c3e05bc79bf49382b12bc5098514ed57ce0875aba1aa2c40d",
    "gb": "0b407281768f0e833afef47ed464b6571d01ca4d53c12ce5c51d1462f4ad6677",
    "de": "959a45d44e6fcf58361ed004681556fe50129f2109e817dec098c00c9e5d2578",
    "user123": "e606e38b0d8c19b24cf0ee3808183162ea7cd63ff7912dbb22b5e803286b4446",
    "abc-123": "5942d94f524882e0f29bf0a1e5a6dcc952eea1c0c21dd3588a3fc7db9716db0c",
    "12345": "5994471abb01112afcc18159f6cc74b4f511b99806da59b3caf5a9c173cacfc5",
    "007": "629f4cf9337b0d0c76f305d860f98894cfa8c279516b425747514ca8710deb97",
}

# field, value, country, normalised
VECTORS = [
    ("em", "John_Smith@gmail.com", None, "john_smith@gmail.com"),
    ("em", "   SomeOne@domain.com  ", None, "someone@domain.com"),
    ("em", "\tTEST@EXAMPLE.COM\n", None, "test@example.com"),
    ("em", "foo@bar.com", None, "foo@bar.com"),
    ("ph", "(650)555-1212", "US", "16505551212"),
    ("ph", "+001 (616) 954-78 88", None, "16169547888"),
    ("ph", "+44 20 7946 0958", None, "442079460958"),
    ("ph", "+33 1 42 86 83 26", None, "33142868326"),
    ("ph", "01(650)123-4567", None, "16501234567"),
    ("ph", "01(650)123-4567", "US", "16501234567"),
    ("ph", "12345678901", None, "12345678901"),
    ("ph", "14251234567", None, "14251234567"),
    ("ph", "14251234567", "US", "14251234567"),
    ("ph", "+55 (11) 98765-4321", None, "5511987654321"),
    ("ph", "+44 (0)20 7946 0958", None, "442079460958"),
    ("ph", "1.650.555.1212", None, "16505551212"),
    ("ph", "+1-555-123-4567 ext. 123", None, "15551234567"),
    ("fn", "Mary", None, "mary"),
    ("fn", "정", None, "정"),
    ("fn", "Valéry", None, "valéry"),
    ("fn", "Vale\u0301ry", None, "valéry"),
    ("ln", "  Na'than-Boile  ", None, "nathanboile"),
    ("ln", "  Doe-Doe  ", None, "doedoe"),
    ("ln", "O'Connor", None, "oconnor"),
    ("fn", "José María", None, "josémaría"),
    ("ln", "Doe", None, "doe"),
    ("ln", "Smith", None, "smith"),
    *(("ge", word, None, "m") for word in ("M", "Male", "mr", "man", "boy", "he", "him")),
    *(("ge", word, None, "f") for word in ("FEMALE", "she", "f", "woman", "girl", "mrs", "ms")),
    *(("db", date, None, "19970216") for date in ("2/16/1997", "16–2–1997 (dd-mm-yyyy)", "16-2-1997", "19970216")),
    *(("db", date, None, "19901231") for date in ("1990-12-31", "31.12.1990")),
    ("ct", "Paris", None, "paris"),
    ("ct", "London", None, "london"),
    ("ct", "New York", None, "newyork"),
    ("ct", " Menlo-Park ", None, "menlopark"),
    ("ct", "St. Louis", None, "stlouis"),
    ("ct", "São Paulo", None, "sãopaulo"),
    ("ct", "Montréal", None, "montréal"),
    ("ct", "L'Aquila", None, "laquila"),
    *(("st", state, country, "ca") for state in ("California", "CA", "US-CA") for country in (None, "US")),
    ("st", "AZ", None, "az"),
    ("st", "texas", None, "tx"),
    ("st", "New South Wales", "AU", "newsouthwales"),
    ("st", "SP", "BR", "sp"),
    ("zp", "94035", None, "94035"),
    ("zp", "37221-3312", None, "37221"),
    ("zp", "37221-3312", "US", "37221"),
    ("zp", "2138", "US", "02138"),
    ("zp", "M1 1AE", None, "m11ae"),
    ("zp", "M1 1AE", "GB", "m11ae"),
    ("zp", "75018", "FR", "75018"),
    ("zp", "1987", "AU", "1987"),
    ("zp", "01310-100", "BR", "01310100"),
    *(("country", name, None, "us") for name in ("United States", "US", "usa")),
    *(("country", name, None, "br") for name in ("Brazil", "BR", "Brasil")),
    *(("country", name, None, "gb") for name in ("United Kingdom", "GB", "UK", "U.K.")),
    ("country", "Germany", None, "de"),
    ("external_id", "User 123", None, "user123"),
    ("external_id", "ABC-123", None, "abc-123"),
    ("external_id", "  12345 ", None, "12345"),
    ("external_id", "007", None, "007"),
]

WRONG_PHONES = {
    "5eed6d50c9a69704a9a72b4af7d14d04d33e4460039e101b525f5d4f8a106a38",
    "1e231c66011e7a2d867a9cfae267a6aff103cf4913640b6e71a99850fc0ffbc8",
}


@pytest.mark.parametrize(("field", "value", "country", "plain"), VECTORS)
def test_a_published_value_gives_the_published_hash(field: str, value: str, country: str | None, plain: str) -> None:
    result = normalise(field, value, CustomerOptions(country=country))

    assert result.plain == plain
    assert result.value == SHA256[plain]


@pytest.mark.parametrize("country", [None, "US", "CA", "BR", "SG", "NZ"])
@pytest.mark.parametrize("value", ["6505551212", "(650) 555-1212", "650.555.1212", "+16505551212"])
def test_a_phone_is_never_hashed_without_its_country_code_or_with_its_plus(value: str, country: str | None) -> None:
    assert normalise("ph", value, CustomerOptions(country=country)).value not in WRONG_PHONES


@pytest.mark.parametrize(
    ("value", "wrong"),
    [
        ("São Paulo", "4a287883aa51936209f313e4c62d9b38b41b7df896dfdff33b98dc1a86607668"),  # sopaulo: the param builder
        ("Montréal", "2abd5a0ea18903167c89851d426918b490bac57f0dd6c70cd746fb6e9a56a9b3"),  # montral: the param builder
        ("L'Aquila", "f69854c7403d82089bbb86e64daded1fd3cdd445dd4b6f9a4db5891fdd13f134"),  # l'aquila: the SDK
    ],
)
def test_a_city_never_loses_its_letters_nor_keeps_its_punctuation(value: str, wrong: str) -> None:
    forms = normalise_all("ct", [value], CustomerOptions(city_form="both"))

    assert wrong not in [form.value for form in forms]
    assert all(form.plain for form in forms)


@pytest.mark.parametrize("value", ["foo@bar", "abc", "@b.c", "a@b", "a b@c.d"])
def test_what_meta_says_is_no_email_is_refused(value: str) -> None:
    assert normalise("em", value).reason == "not_an_email"


@pytest.mark.parametrize("value", ["other", "x", "u"])
def test_a_gender_that_meta_does_not_take_is_dropped(value: str) -> None:
    assert normalise("ge", value).reason == "not_f_or_m"


def test_a_date_with_two_readings_follows_the_declared_order() -> None:
    month_first = normalise("db", "05-03-1995", CustomerOptions(date_format="%m-%d-%Y"))
    day_first = normalise("db", "05-03-1995", CustomerOptions(date_format="%d-%m-%Y"))

    assert month_first.value == "bcb778a22f07347da62c2fc5be7f43cf35ce546b2703fd5d1f1adc0e384ec365"
    assert day_first.value == "5c70a8dd09d86decb73d73b1bc5c7ea2661344caa8bfaaef6b7db344ee85160a"
    assert normalise("db", "05-03-1995").reason == "ambiguous_date"


def test_the_other_forms_of_a_city_and_a_zip_give_the_hashes_of_other_implementations() -> None:
    folded = normalise("ct", "São Paulo", CustomerOptions(city_form="ascii"))
    cut = normalise("zp", "01310-100", CustomerOptions(country="BR", zip_form="before_dash"))

    assert folded.value == "8f7f2f7ccd3f2898cf4850905346e8fb333d00aac1c974f8f37326e068cf7b1e"
    assert cut.value == "cba5aecb8b3505d2221a198a401d3ecc88a02990b5d2863c50c4ded91a978fb5"


@pytest.mark.parametrize(
    "digest",
    [
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        "74234e98afe7498fb5daf1f36ac2d78acc339464f950703b8c019892f982b90b",
        "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        "eb045d78d273107348b0300c01d29b7552d622abbc6faf81b3ec55359aa9950c",
        "140bedbf9c3f6d56a9846d2ba7088798683f4da0c248231336e6a05679e4fdfe",
        "9b2d5b4678781e53038e91ea5324530a03f27dc1d0e5f6c9bc9d493a23be9de0",
        "a683c5c5349f6f7fb903ba8a9e7e55d0ba1b8f03579f95be83f4954c33e81098",
    ],
)
@pytest.mark.parametrize("field", ["em", "ph", "fn", "ct", "external_id"])
def test_the_hash_of_nothing_or_of_a_placeholder_is_refused(field: str, digest: str) -> None:
    assert normalise(field, digest).reason == "hash_of_placeholder"
    assert normalise(field, digest.upper()).reason == "hash_of_placeholder"
    assert normalise(field, f"{digest}.AQQCAQIB").reason == "hash_of_placeholder"


def test_a_google_hashed_phone_is_refused_and_an_email_is_noted() -> None:
    google = CustomerOptions(google_hashed=True)
    phone = normalise("ph", "f0bf0228144d9fe2bdf1da2d8ca698f17bf1410ee688b075c27062e47b6f0b6d", google)
    email = normalise("em", "3586de92bb3636d0885a12eff961429a32e4ebd764b96f50d85d016f9338d586", google)

    assert (phone.value, phone.reason) == (None, "google_hashed_phone")
    assert email.value == "3586de92bb3636d0885a12eff961429a32e4ebd764b96f50d85d016f9338d586"
    assert email.reason == "google_hashed"
    assert normalise("em", "john.smith@gmail.com", google).value == (
        "d0c648bc36f12061bec770df216cea2ab95851b9350fd54b658de53b0407767a"
    )
