"""Groups and questions of categories; conditions, areas and delegations of competences."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('geodata', '0005_nature_of_collectivities'),
        ('reports', '0004_french_full_text'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='CategoryGroup',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name_fr', models.CharField(max_length=120)),
                ('name_en', models.CharField(max_length=120)),
                ('code', models.SlugField(unique=True)),
                ('position', models.PositiveSmallIntegerField(default=0)),
            ],
            options={
                'verbose_name': 'group of categories',
                'verbose_name_plural': 'groups of categories',
                'ordering': ['position', 'code'],
            },
        ),
        migrations.CreateModel(
            name='Choice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name_fr', models.CharField(max_length=120)),
                ('name_en', models.CharField(max_length=120)),
                ('code', models.SlugField()),
                ('position', models.PositiveSmallIntegerField(default=0)),
            ],
            options={
                'ordering': ['question', 'position', 'code'],
            },
        ),
        migrations.CreateModel(
            name='Question',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name_fr', models.CharField(max_length=120)),
                ('name_en', models.CharField(max_length=120)),
                ('code', models.SlugField()),
                ('position', models.PositiveSmallIntegerField(default=0)),
            ],
            options={
                'ordering': ['category', 'position', 'code'],
            },
        ),
        migrations.CreateModel(
            name='Relinking',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('cause', models.CharField(choices=[('edition', 'New areas'), ('rolled_back', 'Areas rolled back'), ('competence', 'A competence changed')], max_length=12)),
                ('after_id', models.BigIntegerField(default=0)),
                ('last_id', models.BigIntegerField(default=0, help_text='Newest submission at the start.')),
                ('looked_at', models.PositiveBigIntegerField(default=0)),
                ('moved', models.PositiveBigIntegerField(default=0, help_text='Got another collectivity.')),
                ('began_at', models.DateTimeField(auto_now_add=True)),
                ('ended_at', models.DateTimeField(null=True)),
            ],
            options={
                'ordering': ['-began_at', '-pk'],
            },
        ),
        migrations.RemoveConstraint(
            model_name='competence',
            name='competence_names_a_level_or_a_collectivity',
        ),
        migrations.RemoveConstraint(
            model_name='competence',
            name='no_tie_between_competences',
        ),
        migrations.AddField(
            model_name='competence',
            name='answers',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.SlugField(), blank=True, default=list, size=None),
        ),
        migrations.AddField(
            model_name='competence',
            name='answers_by',
            field=models.CharField(choices=[('level', 'The collectivity of a level, wherever the pin is'), ('collectivity', 'One collectivity by name'), ('road_manager', 'The manager that the nearest road names')], default='level', max_length=12),
        ),
        migrations.AddField(
            model_name='competence',
            name='changed_at',
            field=models.DateTimeField(auto_now=True),
        ),
        migrations.AddField(
            model_name='competence',
            name='changed_by',
            field=models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='competence',
            name='collectivity_was',
            field=models.CharField(blank=True, editable=False, max_length=200),
        ),
        migrations.AddField(
            model_name='competence',
            name='condition',
            field=models.CharField(blank=True, choices=[('', 'No condition'), ('road', 'The nearest road is of one of these classes'), ('within', 'A feature of a reference lies within a distance'), ('beyond', 'No feature of a reference lies within a distance'), ('answer', 'The resident answered a question so')], max_length=8),
        ),
        migrations.AddField(
            model_name='competence',
            name='distance_m',
            field=models.FloatField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='competence',
            name='is_delegation',
            field=models.BooleanField(default=False, help_text="The areas' own collectivities have handed the duty over."),
        ),
        migrations.AddField(
            model_name='competence',
            name='natures',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=20), blank=True, default=list, size=None),
        ),
        migrations.AddField(
            model_name='competence',
            name='reference',
            field=models.SlugField(blank=True, help_text='Empty: any roads.', max_length=80),
        ),
        migrations.AddField(
            model_name='competence',
            name='road_classes',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=20), blank=True, default=list, size=None),
        ),
        migrations.AddField(
            model_name='competence',
            name='version',
            field=models.PositiveIntegerField(default=1, editable=False),
        ),
        migrations.AddField(
            model_name='competence',
            name='where_codes',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=80), blank=True, default=list, size=None),
        ),
        migrations.AddField(
            model_name='competence',
            name='where_level',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='competences_here', to='geodata.level'),
        ),
        migrations.AddField(
            model_name='submission',
            name='accuracy_m',
            field=models.FloatField(blank=True, help_text="Of the phone's position.", null=True),
        ),
        migrations.AddField(
            model_name='submission',
            name='answers',
            field=models.JSONField(blank=True, default=dict, help_text='Question → choice.'),
        ),
        migrations.AddField(
            model_name='submission',
            name='is_to_verify',
            field=models.BooleanField(default=False, help_text='A rule that goes first could not be decided.'),
        ),
        migrations.AddField(
            model_name='submission',
            name='may_share_contact',
            field=models.BooleanField(default=False, help_text='Another collectivity may be given the address.'),
        ),
        migrations.AddField(
            model_name='submission',
            name='received_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='geodata.collectivity'),
        ),
        migrations.AddField(
            model_name='submission',
            name='side',
            field=models.CharField(blank=True, max_length=120),
        ),
        migrations.AlterField(
            model_name='competence',
            name='category',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, to='reports.category'),
        ),
        migrations.AlterField(
            model_name='competence',
            name='collectivity',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, to='geodata.collectivity'),
        ),
        migrations.AlterField(
            model_name='event',
            name='kind',
            field=models.CharField(choices=[('submitted', 'Sent'), ('transition', 'Status changed'), ('reply', 'Public reply'), ('note', 'Internal note'), ('hidden', 'Hidden'), ('shown', 'Shown again'), ('transferred', 'Handed over'), ('returned', 'Handed back'), ('moved', 'Pin moved'), ('rerouted', 'Another collectivity answers')], max_length=12),
        ),
        migrations.AddField(
            model_name='category',
            name='group',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='categories', to='reports.categorygroup'),
        ),
        migrations.AddField(
            model_name='competence',
            name='group',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, to='reports.categorygroup'),
        ),
        migrations.AddField(
            model_name='question',
            name='category',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='questions', to='reports.category'),
        ),
        migrations.AddField(
            model_name='choice',
            name='question',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='choices', to='reports.question'),
        ),
        migrations.AddField(
            model_name='competence',
            name='question',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.RESTRICT, to='reports.question'),
        ),
        migrations.RunSQL(
            """
            UPDATE reports_competence AS rule
            SET answers_by = 'collectivity', collectivity_was = body.name
            FROM geodata_collectivity AS body WHERE body.id = rule.collectivity_id
            """,
            migrations.RunSQL.noop,
        ),
        migrations.AddConstraint(
            model_name='competence',
            constraint=models.CheckConstraint(condition=models.Q(('category__isnull', True), ('group__isnull', True), _connector='OR'), name='competence_is_about_a_category_or_a_group'),
        ),
        migrations.AddConstraint(
            model_name='competence',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('answers_by', 'level'), ('collectivity__isnull', True), ('level__isnull', False)), models.Q(('answers_by', 'collectivity'), ('level__isnull', True)), models.Q(('answers_by', 'road_manager'), ('collectivity__isnull', True), ('level__isnull', True)), _connector='OR'), name='competence_leads_to_one_kind_of_answer'),
        ),
        migrations.AddConstraint(
            model_name='competence',
            constraint=models.CheckConstraint(condition=models.Q(('valid_from__isnull', True), ('valid_to__isnull', True), ('valid_to__gt', models.F('valid_from')), _connector='OR'), name='competence_ends_after_it_begins'),
        ),
        migrations.AddConstraint(
            model_name='competence',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('where_codes', []), ('where_level__isnull', True)), models.Q(('where_level__isnull', False), models.Q(('where_codes', []), _negated=True)), _connector='OR'), name='competence_names_codes_with_their_level'),
        ),
        migrations.AddField(
            model_name='relinking',
            name='by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='relinking',
            name='competence',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='reports.competence'),
        ),
        migrations.AddField(
            model_name='relinking',
            name='edition',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='geodata.edition'),
        ),
        migrations.AddField(
            model_name='relinking',
            name='level',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='geodata.level'),
        ),
        migrations.AddConstraint(
            model_name='question',
            constraint=models.UniqueConstraint(fields=('category', 'code'), name='one_question_per_code'),
        ),
        migrations.AddConstraint(
            model_name='choice',
            constraint=models.UniqueConstraint(fields=('question', 'code'), name='one_choice_per_code'),
        ),
    ]
