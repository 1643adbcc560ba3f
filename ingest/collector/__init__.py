"""Events that come by HTTPS, from back ends and browsers."""
