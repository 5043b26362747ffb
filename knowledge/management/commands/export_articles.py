"""Every article as a Markdown file with front matter, its images beside it."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.files.storage import default_storage
from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from knowledge.models import Article
from knowledge.services.articles import newest_text
from knowledge.services.exchange import as_file


class Command(BaseCommand):
    help = (
        "Export every article, its newest text, as Markdown with front matter; its images beside."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=Path, help="new, or empty")

    def handle(self, *args: Any, folder: Path, **options: Any) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        if any(folder.iterdir()):
            raise CommandError(f"{folder} is not empty.")
        articles = Article.objects.with_rows_data().order_by("pk")
        shown = tqdm(articles, unit="article", file=self.stderr, disable=not self.stderr.isatty())
        for article in shown:
            name, content, images = as_file(article, newest_text(article))
            (folder / name).write_text(content, "utf-8")
            for address, file in images.items():
                (folder / address).parent.mkdir(exist_ok=True)
                with default_storage.open(file.stored_as) as stored:
                    (folder / address).write_bytes(stored.read())
        self.stdout.write(f"{len(articles)} articles in {folder}.")
