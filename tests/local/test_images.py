from pathlib import Path

import pytest

from local.images import BadDockerfile, read


def dockerfile(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "Dockerfile"
    path.write_text(text, encoding="utf-8")
    return path


def test_the_projects_dockerfile_has_a_command_for_each_service() -> None:
    images = read()
    assert images["ingest"].command == ("python", "-m", "ingest")
    assert images["handle"].command == ("python", "-m", "handle")
    assert images["forward"].command == ("python", "-m", "forward")


def test_a_target_starts_from_what_its_base_says(tmp_path: Path) -> None:
    images = read(
        dockerfile(
            tmp_path,
            """
            ARG BASE=python
            # a remark
            FROM ${BASE} as base
            WORKDIR /srv
            ENV COLOUR=red SIZE="very large" \\
                # a remark in between
                SHAPE=round
            FROM base AS one
            env COLOUR=blue
            CMD ["run", "--fast me"]
            FROM base
            """,
        )
    )
    assert images["one"].command == ("run", "--fast me")
    assert images["one"].environment_in(tmp_path, {}) == {"COLOUR": "blue", "SIZE": "very large", "SHAPE": "round"}
    assert images["base"].environment_in(tmp_path, {})["COLOUR"] == "red"
    assert images["2"].command == ()


def test_names_are_expanded_and_paths_of_the_image_become_paths_here(tmp_path: Path) -> None:
    image = read(
        dockerfile(tmp_path, 'FROM x AS a\nWORKDIR /srv\nENV PATH="/srv/bin:/srvx:${PATH}" HOME_OF=/srv NOT=a/srv\n')
    )["a"]
    environment = image.environment_in(Path("/here"), {"PATH": "/usr/bin:/srv/outer"})
    assert environment == {"PATH": "/here/bin:/srvx:/usr/bin:/srv/outer", "HOME_OF": "/here", "NOT": "a/srv"}


@pytest.mark.parametrize(
    ("line", "hint"),
    [
        ("CMD run --fast", "exec form"),
        ("CMD [1, 2]", "exec form"),
        ('ENTRYPOINT ["run"]', "ENTRYPOINT"),
        ("ENV COLOUR red", "NAME=value"),
        ("FROM a b c", "AS name"),
    ],
)
def test_what_cannot_be_run_without_docker_is_refused(tmp_path: Path, line: str, hint: str) -> None:
    with pytest.raises(BadDockerfile, match=hint):
        read(dockerfile(tmp_path, f"FROM x AS a\n{line}\n"))
