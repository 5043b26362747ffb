"""Chat hours, and the right to set them."""

import datetime
from typing import Any

import django.db.models.deletion
import tickets.models.keys
from django.apps import apps as installed
from django.contrib.auth.management import create_permissions
from django.db import migrations, models

CONFIGURED = ["chathours", "chathoursperiod", "holiday"]


def allow(apps: Any, schema_editor: Any) -> None:
    create_permissions(
        installed.get_app_config("livechat"), verbosity=0, using=schema_editor.connection.alias
    )
    wanted = [f"{verb}_{model}" for model in CONFIGURED for verb in ("add", "change", "view", "delete")]
    group = apps.get_model("auth", "Group").objects.filter(name="Chat administrator").first()
    if group:
        permissions = apps.get_model("auth", "Permission").objects
        group.permissions.add(
            *permissions.filter(content_type__app_label="livechat", codename__in=wanted)
        )


class Migration(migrations.Migration):

    dependencies = [
        ('livechat', '0004_routing_facts'),
        ('tickets', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='ChatHours',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.CharField(default=tickets.models.keys.token_urlsafe_16, editable=False, max_length=22, unique=True)),
                ('name', models.CharField(max_length=80, unique=True, verbose_name='name')),
                ('kind', models.CharField(choices=[('open', 'open at these times'), ('closed', 'closed at these times')], default='open', help_text='Open: outside these times nobody can start a chat. Closed: nobody can at these times; at others the schedule of the next lower priority decides. Without any time or holiday it holds at all times.', max_length=8, verbose_name='kind')),
                ('priority', models.PositiveSmallIntegerField(default=100, help_text='Where several schedules are meant for a chat, the highest decides; of the same, the one for its queue, then the one for its company.', verbose_name='priority')),
                ('message', models.CharField(blank=True, help_text='What customers read while it is closed; when it opens next is said below it. Empty: “We are closed right now.”', max_length=500, verbose_name='message')),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('retired_at', models.DateTimeField(blank=True, help_text='From then on it decides nothing; the history stays.', null=True, verbose_name='retired at')),
                ('company', models.ForeignKey(blank=True, help_text='Empty: chats of all companies.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='chat_hours', to='tickets.company', verbose_name='company')),
                ('queue', models.ForeignKey(blank=True, help_text='Empty: all queues.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='chat_hours', to='livechat.queue', verbose_name='queue')),
            ],
            options={
                'verbose_name': 'chat hours',
                'verbose_name_plural': 'chat hours',
                'ordering': ['-priority', 'name'],
            },
        ),
        migrations.CreateModel(
            name='ChatHoursPeriod',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('weekday', models.PositiveSmallIntegerField(choices=[(0, 'Monday'), (1, 'Tuesday'), (2, 'Wednesday'), (3, 'Thursday'), (4, 'Friday'), (5, 'Saturday'), (6, 'Sunday')], verbose_name='day')),
                ('since', models.TimeField(verbose_name='from')),
                ('until', models.TimeField(help_text='24:00 is the end of the day. What goes on after it is a row of the next day.', verbose_name='to')),
                ('hours', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='periods', to='livechat.chathours')),
            ],
            options={
                'verbose_name': 'weekly times',
                'verbose_name_plural': 'weekly times',
                'ordering': ['weekday', 'since'],
            },
        ),
        migrations.CreateModel(
            name='Holiday',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('date', models.DateField(verbose_name='date')),
                ('name', models.CharField(max_length=80, verbose_name='name')),
                ('since', models.TimeField(blank=True, null=True, verbose_name='open from')),
                ('until', models.TimeField(blank=True, help_text='Both empty: closed all day.', null=True, verbose_name='to')),
                ('hours', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='holidays', to='livechat.chathours')),
            ],
            options={
                'verbose_name': 'holiday',
                'verbose_name_plural': 'holidays',
                'ordering': ['date'],
            },
        ),
        migrations.AddConstraint(
            model_name='chathours',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['open', 'closed'])), name='chat_hours_kind_known'),
        ),
        migrations.AddConstraint(
            model_name='chathoursperiod',
            constraint=models.CheckConstraint(condition=models.Q(('weekday__range', (0, 6))), name='chat_hours_period_weekday_known'),
        ),
        migrations.AddConstraint(
            model_name='chathoursperiod',
            constraint=models.CheckConstraint(condition=models.Q(('until', datetime.time(0, 0)), ('since__lt', models.F('until')), _connector='OR'), name='chat_hours_period_ends_after_it_begins'),
        ),
        migrations.AddConstraint(
            model_name='chathoursperiod',
            constraint=models.UniqueConstraint(fields=('hours', 'weekday', 'since'), name='chat_hours_period_begins_once'),
        ),
        migrations.AddConstraint(
            model_name='holiday',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('since', None), ('until', None)), models.Q(models.Q(('until', datetime.time(0, 0)), ('since__lt', models.F('until')), _connector='OR'), ('since__isnull', False), ('until__isnull', False)), _connector='OR'), name='holiday_has_both_times_or_none'),
        ),
        migrations.AddConstraint(
            model_name='holiday',
            constraint=models.UniqueConstraint(fields=('hours', 'date'), name='holiday_date_once'),
        ),
        migrations.RunPython(allow, migrations.RunPython.noop),
    ]
