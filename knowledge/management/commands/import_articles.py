"""Articles from a folder of Markdown files with front matter."""

from argparse import ArgumentParser
from collections import Counter
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from knowledge.exceptions import ArticleError
from knowledge.services.exchange import Page, import_page, read_folder
from tickets.exceptions import FileError
from tickets.models import User


class Command(BaseCommand):
    help = "Import articles from a folder of Markdown files with front matter."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=Path)
        parser.add_argument("--by", required=True, help="e-mail of whom the versions name")
        parser.add_argument("--dry-run", action="store_true", help="say each file's fate, no more")

    def handle(self, *args: Any, folder: Path, by: str, dry_run: bool, **options: Any) -> None:
        if not folder.is_dir():
            raise CommandError(f"There is no folder {folder}.")
        user = User.objects.filter(email__iexact=by, is_active=True).first()
        if user is None:
            raise CommandError(f"There is nobody with the e-mail {by}.")
        pages = list(read_folder(folder))
        wrong = [page for page in pages if page.fate == Page.WRONG]
        for page in pages if dry_run else wrong:
            self.stdout.write(f"{page.fate:10} {page.path.relative_to(folder)}")
            self.stdout.writelines(f"           {problem}" for problem in page.problems)
        if wrong and not dry_run:
            raise CommandError(f"{len(wrong)} files are wrong. Nothing was imported.")
        if not dry_run:
            self._import(pages, user)
        fates = Counter(page.fate for page in pages)
        told = ", ".join(f"{number} {fate}" for fate, number in sorted(fates.items()))
        self.stdout.write(f"{len(pages)} files: {told or 'none'}.")

    def _import(self, pages: list[Page], user: User) -> None:
        shown = tqdm(pages, unit="article", file=self.stderr, disable=not self.stderr.isatty())
        for page in shown:
            if page.fate == Page.SAME:
                continue
            try:
                import_page(page, by=user)
            except (ArticleError, FileError) as error:
                raise CommandError(f"{page.path.name}: {error}") from error
