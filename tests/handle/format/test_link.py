import pytest
from hypothesis import given
from hypothesis import strategies as st

from handle.format.link import is_no_referrer, is_page, with_scheme_in_lower_case

PAGES = [
    "https://shop.example",
    "https://shop.example/",
    "http://shop.example:8080/a?b=c#d",
    "https://www.bücher.example/x",
    "https://my_shop.example/",
    "https://shop.example?x={{y}}",
    "https://shop.example/{{path}}",
    "https://shop.example.",
    "http://localhost:3000/",
    "https://user:word@shop.example/",
    "http://[2001:db8::1]:443/x",
    "http://93.184.216.34/",
    "https://null.example/",
]
NO_PAGES = [
    "https://",
    "http://",
    "https:///thanks",
    "https://?x=1",
    "https://#top",
    "https://<your-domain.com>",
    "https://<your-domain.com>/thanks",
    "https://{{Page Hostname}}/x",
    "https://${host}/",
    "https://%s/",
    "https://[object Object]/",
    "https://undefined",
    "https://undefined/thanks",
    "https://null/",
    "https://(not set)/",
    "https://shop example/",
    "https://.example/",
    "https://shop..example/",
    "https://-/",
    "https://:443/",
    "https://shop.example:port/",
    "https://shop.example:99999999/",
    "https://[::1",
    "shop.example/thanks",
    "/thanks",
    "undefined",
    "ftp://shop.example/",
    "javascript:void(0)",
    "",
]


@pytest.mark.parametrize("url", PAGES)
def test_a_page_has_a_host(url: str) -> None:
    assert is_page(url)


@pytest.mark.parametrize("url", NO_PAGES)
def test_an_address_without_one_or_of_a_template_is_no_page(url: str) -> None:
    assert not is_page(url)


@given(st.text(max_size=40))
def test_no_text_raises_and_the_scheme_alone_changes(text: str) -> None:
    for url in (text, f"https://{text}", f"HTTPS://{text}"):
        is_page(url)
        is_no_referrer(url)
        assert with_scheme_in_lower_case(url).casefold() == url.casefold() or "://" in url
    assert with_scheme_in_lower_case(f"HTTPS://{text}") == f"https://{text}"
    assert with_scheme_in_lower_case("Shop.example/A") == "Shop.example/A"


@pytest.mark.parametrize("url", ["https://", "https://undefined/", "null", "(not set)", "{{Referrer}}"])
def test_a_placeholder_is_no_referrer(url: str) -> None:
    assert is_no_referrer(url)


@pytest.mark.parametrize(
    "url", ["https://r.example/", "android-app://com.example", "r.example/x", "https://r.example/{{x}}"]
)
def test_any_other_referrer_stays(url: str) -> None:
    assert not is_no_referrer(url)
