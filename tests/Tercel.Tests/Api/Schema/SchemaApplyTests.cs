using System.Text;
using System.Text.Json;
using Tercel.Api.Schema;
using Tercel.Data.Sqlite;
using Tercel.Tests.Data;
using Xunit;

namespace Tercel.Tests.Api.Schema;

/// <summary>Applying a plan: what is kept, what is recorded, and what a failure leaves behind.</summary>
public sealed class SchemaApplyTests : IAsyncDisposable
{
    private const string Shop = """
          shelves:
            fields:
              id:   int pk auto
              name: string(40) required unique
          items:
            fields:
              id:    int pk auto
              name:  string(80) required
              price: decimal(10,2) required
              shelf: ref(shelves) on_delete=cascade
            index: [[price, -name]]
            search: [name]
        """;

    private const string Views = """

        views:
          prices:
            sql: SELECT name, price FROM items
            fields: { name: text, price: float }
        """;

    private readonly SchemaFixture _db = new();

    public ValueTask DisposeAsync() => _db.DisposeAsync();

    [Fact]
    public async Task A_copied_table_keeps_rows_numbers_indexes_search_references_and_views()
    {
        await Filled();
        await _db.Run("DELETE FROM items WHERE id = 3");
        var plan = await _db.Become((Shop + Views).Replace("price: decimal(10,2) required", "price: decimal(10,2)"));
        Assert.Contains(plan.Steps, s => s is { Kind: StepKind.CopyTable, Class: StepClass.Rewrite, Rows: 2 });
        Assert.Equal(["1|red tent|10.5|1", "2|blue rope|20|1"], await _db.Rows("SELECT * FROM items"));
        Assert.Equal("blue rope|20", await _db.One("SELECT * FROM prices WHERE price = 20"));
        Assert.Equal("2", await _db.One("SELECT rowid FROM items_fts WHERE items_fts MATCH 'rope'"));
        Assert.Contains("ix_items_price_name", await _db.Rows("SELECT name FROM pragma_index_list('items')"));

        await _db.Run("INSERT INTO items (name, shelf_id) VALUES ('green lamp', 1)");
        Assert.Equal("4", await _db.One("SELECT rowid FROM items_fts WHERE items_fts MATCH 'lamp'"));
        await _db.Run("DELETE FROM shelves");
        Assert.Equal("0", await _db.One("SELECT count(*) FROM items"));
        Assert.Empty(await _db.Rows("SELECT 1 FROM items_fts WHERE items_fts MATCH 'rope'"));
    }

    [Fact]
    public async Task A_copied_parent_keeps_its_children()
    {
        await Filled();
        await _db.Become((Shop + Views).Replace("string(40) required unique", "string(40) required unique(nocase)"));
        Assert.Equal("3", await _db.One("SELECT count(*) FROM items JOIN shelves ON shelves.id = shelf_id"));
        await Assert.ThrowsAnyAsync<Exception>(() => _db.Run("INSERT INTO shelves (name) VALUES ('FRONT')"));
    }

    [Fact]
    public async Task What_is_not_ours_stays_through_a_copy()
    {
        await Filled();
        await _db.Run("ALTER TABLE items ADD COLUMN legacy_code TEXT DEFAULT 'x' COLLATE NOCASE");
        await _db.Run("CREATE INDEX my_own ON items (legacy_code)");
        await _db.Run("CREATE TABLE log (text TEXT)");
        await _db.Run("CREATE TRIGGER watch AFTER DELETE ON items BEGIN INSERT INTO log VALUES (old.name); END");
        await _db.Run("CREATE VIEW mine AS SELECT legacy_code FROM items");
        var plan = await _db.Become((Shop + Views).Replace("price: decimal(10,2) required", "price: decimal(10,2)"));
        Assert.Contains(plan.Drift, d => d.Contains("items.legacy_code"));
        Assert.Contains(plan.Drift, d => d.Contains("table log"));
        Assert.Equal(["x", "x", "x"], await _db.Rows("SELECT * FROM mine"));
        Assert.Contains("my_own", await _db.Rows("SELECT name FROM pragma_index_list('items')"));
        await _db.Run("DELETE FROM items WHERE id = 1");
        Assert.Equal("red tent", await _db.One("SELECT text FROM log"));
    }

    [Fact]
    public async Task A_table_with_a_check_of_its_own_is_not_copied()
    {
        await _db.Run("CREATE TABLE items (id INTEGER PRIMARY KEY, size TEXT CHECK (size <> ''))");
        await _db.Run("INSERT INTO items (size) VALUES ('1')");
        var plan = await _db.Plan("  items:\n    fields:\n      id: int pk auto\n      size: int");
        Assert.Contains(plan.Steps, s => s is { Kind: StepKind.CopyTable, Class: StepClass.Blocked });
    }

    [Fact]
    public async Task Only_changes_that_are_not_safe_make_a_backup_and_it_opens()
    {
        await Filled();
        var safe = await _db.Apply(await _db.Plan(Shop + Views.Replace("price FROM", "price + 0 AS price FROM")));
        Assert.Null(safe.BackupFile);
        var rewrite = (Shop + Views).Replace("price: decimal(10,2) required", "price: string(20) required");
        var report = await _db.Apply(await _db.Plan(rewrite));
        Assert.StartsWith(_db.Path + ".backup-", report.BackupFile);
        Assert.Equal("text", await _db.One("SELECT typeof(price) FROM items WHERE id = 1"));

        var options = new SqliteOptions { Path = report.BackupFile ?? "" };
        await using var backup = SqliteFixture.Open(options);
        Assert.Equal("real", await backup.One("SELECT typeof(price) FROM items WHERE id = 1"));
        Assert.Equal("2", await backup.One("SELECT rowid FROM items_fts WHERE items_fts MATCH 'rope'"));
    }

    [Fact]
    public async Task A_failed_apply_leaves_everything_as_it_was()
    {
        await Filled();
        var before = await _db.Schema();
        var model = (Shop + Views).Replace("price: decimal(10,2) required", "price: string(20) required")
            .Replace("name:  string(80) required", "name:  string(80) required unique\n      added: int");
        var plan = await _db.Plan(model);
        Assert.True(plan.Class == StepClass.Rewrite, PlanText.Render(plan));

        // After the plan somebody adds the very rows that its last step cannot take.
        await _db.Run("INSERT INTO items (name, price) VALUES ('red tent', 1)");
        var result = await _db.TryApply(plan);
        Assert.Equal(SchemaErrors.ApplyFailed, Assert.Single(result.Errors).Code);
        Assert.Equal(before, await _db.Schema());
        Assert.Equal(["red tent|real", "blue rope|integer", "green lamp|integer", "red tent|integer"],
            await _db.Rows("SELECT name, typeof(price) FROM items ORDER BY id"));
        Assert.Equal("2", await _db.One("SELECT rowid FROM items_fts WHERE items_fts MATCH 'rope'"));
        Assert.StartsWith("failed:", await _db.One("SELECT result FROM _tercel_migrations ORDER BY id DESC LIMIT 1"));
    }

    [Fact]
    public async Task A_reference_that_breaks_meanwhile_undoes_the_change()
    {
        await _db.Become("  items:\n    fields:\n      id: int pk auto\n      parent_id: int");
        await _db.Run("INSERT INTO items (parent_id) VALUES (1)");
        var plan = await _db.Plan("  items:\n    fields:\n      id: int pk auto\n      parent: ref(items)");
        Assert.Equal(StepClass.Rewrite, plan.Class);
        await _db.Run("INSERT INTO items (parent_id) VALUES (77)");
        var result = await _db.TryApply(plan);
        Assert.Equal(SchemaErrors.References, Assert.Single(result.Errors).Code);
        Assert.Equal(["1", "77"], await _db.Rows("SELECT parent_id FROM items"));
        Assert.Empty(await _db.Rows("SELECT * FROM pragma_foreign_key_list('items')"));
    }

    [Fact]
    public async Task A_plan_is_refused_when_the_schema_moved_on()
    {
        await Filled();
        var plan = await _db.Plan(Shop.Replace("price: decimal(10,2) required", "price: decimal(10,2)"));
        await _db.Run("CREATE TABLE other (id INTEGER)");
        var result = await _db.TryApply(plan);
        Assert.Equal(SchemaErrors.ChangedMeanwhile, Assert.Single(result.Errors).Code);
    }

    [Fact]
    public async Task A_view_that_does_not_work_is_refused_before_it_is_there()
    {
        await Filled();
        var result = await _db.TryApply(await _db.Plan(Shop + Views.Replace("FROM items", "FROM nothing")));
        Assert.Equal(SchemaErrors.ApplyFailed, Assert.Single(result.Errors).Code);
        Assert.Equal("red tent", await _db.One("SELECT name FROM prices WHERE price = 10.5"));
    }

    [Fact]
    public async Task Somebody_elses_view_is_not_broken()
    {
        await Filled();
        await _db.Run("CREATE VIEW mine AS SELECT price FROM items");
        await _db.Run("CREATE VIEW broken AS SELECT missing FROM items");
        var without = Shop.Replace("      price: decimal(10,2) required\n", "").Replace("[[price, -name]]", "[[name]]");
        var result = await _db.TryApply(await _db.Plan(without), "items.price");
        Assert.Contains("mine", Assert.Single(result.Errors).Detail);
        Assert.Equal("3", await _db.One("SELECT count(price) FROM mine"));
        await _db.Run("DROP VIEW mine");
        await _db.Become(without, "items.price");
    }

    [Fact]
    public async Task The_ledger_tells_who_changed_what()
    {
        await Filled();
        Assert.Equal("SAFE|test|applied", await _db.One("SELECT class, who, result FROM _tercel_migrations"));
        Assert.Equal("decimal(10,2)", await _db.One(
            "SELECT definition FROM _tercel_schema WHERE \"table\" = 'items' AND name = 'price'"));
    }

    [Fact]
    public async Task Tables_that_were_there_before_are_taken_as_they_are()
    {
        await _db.Run("CREATE TABLE items (id INTEGER PRIMARY KEY, name NVARCHAR(80) NOT NULL, made DATETIME)");
        await _db.Run("CREATE TABLE foreign_one (id INTEGER)");
        var plan = await _db.Plan("  items:\n    fields:\n      id: int pk auto\n      name: string(80) required");
        Assert.True(plan.IsEmpty, PlanText.Render(plan));
        Assert.Equal(2, plan.Drift.Count);
    }

    [Fact]
    public async Task The_plan_reads_well_and_parses_as_json()
    {
        await Filled();
        var plan = await _db.Plan(Shop.Replace("      name:  string(80) required\n", "").Replace("-name", "-id")
            .Replace("search: [name]", ""));
        var text = PlanText.Render(plan);
        Assert.Contains("DATA-LOSS", text);
        Assert.Contains("--allow-drop items.name", text);
        Assert.Equal(PlanText.PendingExitCode, PlanText.CheckExitCode(plan));
        using var stream = new MemoryStream();
        await using (var json = new Utf8JsonWriter(stream)) PlanText.WriteJson(plan, json);
        using var document = JsonDocument.Parse(Encoding.UTF8.GetString(stream.ToArray()));
        Assert.Equal(plan.Steps.Count, document.RootElement.GetProperty("steps").GetArrayLength());
    }

    [Fact]
    public async Task A_server_in_auto_mode_rewrites_and_one_in_off_mode_does_nothing()
    {
        await Filled();
        var model = _db.Model((Shop + Views).Replace("price: decimal(10,2) required", "price: decimal(10,2)"));
        foreach (var mode in new[] { MigrateMode.Off, MigrateMode.Safe })
        {
            var refused = await Startup.Prepare(
                model, _db.Database, new StartupOptions { Mode = mode }, TimeProvider.System);
            Assert.Equal(SchemaErrors.Pending, Assert.Single(refused.Errors).Code);
        }

        var done = await Startup.Prepare(
            model, _db.Database, new StartupOptions { Mode = MigrateMode.Auto }, TimeProvider.System);
        Assert.True(done.IsOk);
    }

    [Fact]
    public async Task A_search_in_english_finds_other_forms_of_a_word_and_a_simple_one_does_not()
    {
        const string notes = "  notes:\n    fields:\n      id: int pk auto\n      body: text\n";
        const string found = "SELECT count(*) FROM notes_fts WHERE notes_fts MATCH 'shoe'";
        await _db.Become(notes + "    search: { fields: { body: 1 }, language: simple }\n");
        await _db.Run("INSERT INTO notes (body) VALUES ('running shoes')");
        Assert.Equal("0", await _db.One(found));
        await _db.Become(notes + "    search: { fields: { body: 1 }, language: english }\n");
        Assert.Equal("1", await _db.One(found));
    }

    [Fact]
    public async Task A_plan_for_a_database_that_is_not_there_makes_no_file()
    {
        var place = Path.Combine(_db.Folder, "new.db");
        var plan = await SchemaPlanner.PlanNew(_db.Model(Shop + Views), place, TimeProvider.System);
        Assert.Equal((3, true, true), (plan.Steps.Count, plan.IsSafe, plan.IsNew));
        Assert.False(File.Exists(place));
    }

    [Fact]
    public async Task A_deleted_row_does_not_keep_its_unique_values_from_others()
    {
        const string notes = "  notes:\n    fields:\n      id: int pk auto\n      code: string(9) unique\n";
        await _db.Become(notes + "    soft_delete: gone_at\n");
        await _db.Run("INSERT INTO notes (code, gone_at) VALUES ('a', '2026-01-01T00:00:00.000Z'), ('a', NULL)");
        await Assert.ThrowsAnyAsync<Exception>(() => _db.Run("INSERT INTO notes (code) VALUES ('a')"));
        var plan = await _db.Plan(notes + "      gone_at: datetime");
        Assert.Equal(StepClass.Blocked, plan.Class);
    }

    [Fact]
    public async Task Renames_and_a_new_type_in_one_change_keep_rows_and_search()
    {
        await Filled();
        await _db.Become(Shop.Replace("  items:", "  goods:\n    was: items")
            .Replace("name:  string(80) required", "title: text required was=name")
            .Replace("-name", "-title").Replace("[name]", "[title]")
            .Replace("price: decimal(10,2) required", "cost: string(20) required was=price")
            .Replace("[price,", "[cost,"));
        Assert.Equal("2|blue rope|20|1", await _db.One("SELECT * FROM goods WHERE id = 2"));
        Assert.Equal("2", await _db.One("SELECT rowid FROM goods_fts WHERE goods_fts MATCH 'rope'"));
        await _db.Run("UPDATE goods SET title = 'iron rope' WHERE id = 1");
        Assert.Equal("2", await _db.One("SELECT count(*) FROM goods_fts WHERE goods_fts MATCH 'rope'"));
        Assert.Empty(await _db.Rows("SELECT name FROM sqlite_master WHERE name LIKE 'items%'"));
    }

    [Fact]
    public async Task A_value_of_the_database_is_made_once()
    {
        Assert.Equal("first", await DatabaseMeta.GetOrAdd(_db.Database, "secret", "first"));
        Assert.Equal("first", await DatabaseMeta.GetOrAdd(_db.Database, "secret", "second"));
    }

    private async Task Filled()
    {
        await _db.Become(Shop + Views);
        await _db.Run("INSERT INTO shelves (name) VALUES ('front')");
        await _db.Run("""
            INSERT INTO items (name, price, shelf_id)
            VALUES ('red tent', 10.5, 1), ('blue rope', 20, 1), ('green lamp', 3, 1)
            """);
    }
}
