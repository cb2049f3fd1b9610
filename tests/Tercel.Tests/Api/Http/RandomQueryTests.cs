using System.Globalization;
using System.Text;
using Tercel.Primitives;
using Xunit;

namespace Tercel.Tests.Api.Http;

// Random conditions, orders and page sizes over random rows: walking the pages forwards and backwards must give the
// rows that a naive walk over lists gives, in its order.
public sealed class RandomQueryTests
{
    private const string Model = """
        api: 1
        name: random
        database: sqlite:random.db
        resources:
          parents:
            fields: { id: int pk, name: string(20), rank: int }
          items:
            fields:
              { id: int pk, number: int, text: string(20), flag: bool, at: datetime null, parent: ref(parents) null }
            many: { parts: parts.item }
          parts:
            fields: { id: int pk, item: ref(items) required, size: int, other: text }
            soft_delete: deleted_at
        """;

    private static readonly string[] Texts = ["a", "ab", "abc", "B", "bA", "", "z", "é", "Éa", "a b", "100%", "x'y"];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Pages_hold_the_rows_that_a_naive_walk_finds(int seed)
    {
        var data = new RandomRows(new Prng((ulong)seed));
        await using var server = await ReadServer.Start(model: Model, rows: data.Sql());
        var random = new Prng((ulong)seed * 1000);
        for (var i = 0; i < 30; i++)
        {
            var condition = RandomCondition.Make(random, 3);
            var order = RandomOrder.Make(random);
            var expected = data.Items.Where(r => condition.Holds(r) == true).Order(order).Select(r =>
                $"{r.Id}").ToList();
            var where = Uri.EscapeDataString(condition.Text);
            var url = $"/v1/items?fields=id&limit={random.Between(1, 9)}&where={where}{order.Text}";
            var (forward, last) = await Walk(server, url, "next");
            Assert.True(expected.SequenceEqual(forward),
                $"{url}\nexpected {string.Join(',', expected)}\ngot {string.Join(',', forward)}");
            var (backward, _) = await Walk(server, last, "prev");
            Assert.True(expected.SequenceEqual(backward),
                $"backwards {last}\nexpected {string.Join(',', expected)}\ngot {string.Join(',', backward)}");
        }
    }

    private static async Task<(List<string> Ids, string Last)> Walk(ReadServer server, string url, string direction)
    {
        var ids = new List<string>();
        while (true)
        {
            var page = await server.Json(url);
            string[] rows = [.. page["data"]!.AsArray().Select(r => r!["id"]!.ToString())]; // as asked
            if (direction == "next") ids.AddRange(rows);
            else ids.InsertRange(0, rows);
            if ((string?)page["page"]?[direction] is not { } following) return (ids, url);
            url = following;
        }
    }

    internal sealed record Parent(int Id, string? Name, int? Rank);

    internal sealed record Item(int Id, int? Number, string? Text, bool? Flag, DateTime? At, Parent? Parent,
        List<int?> Parts);

    private sealed class RandomRows
    {
        private readonly List<Parent> _parents = [];
        private readonly StringBuilder _deleted = new();

        public RandomRows(Prng random)
        {
            for (var i = 1; i <= 4; i++) _parents.Add(new Parent(i, Text(random), Number(random)));
            for (var i = 1; i <= 30; i++)
            {
                var parts = Enumerable.Range(0, random.Below(4)).Select(_ => Number(random)).ToList();
                var at = random.Chance(0.3) ? (DateTime?)null
                    : new DateTime(2026, 1, 1 + random.Below(5), 0, 0, 0, DateTimeKind.Utc);
                var parent = random.Chance(0.3) ? null : random.Pick(_parents);
                bool? flag = random.Chance(0.2) ? null : random.Chance(0.5);
                Items.Add(new Item(i, Number(random), Text(random), flag, at, parent, parts));
                // Deleted parts must never be seen.
                if (random.Chance(0.3))
                    _deleted.Append(CultureInfo.InvariantCulture,
                        $"INSERT INTO parts VALUES ({1000 + i}, {i}, 3, NULL, '2026-01-01T00:00:00.000Z');");
            }
        }

        public List<Item> Items { get; } = [];

        public string Sql()
        {
            var sql = new StringBuilder();
            var partId = 0;
            foreach (var parent in _parents) sql.Append(CultureInfo.InvariantCulture,
                $"INSERT INTO parents VALUES ({parent.Id}, {Of(parent.Name)}, {Of(parent.Rank)});");
            foreach (var item in Items)
            {
                var at = item.At is { } time ? $"'{time:yyyy-MM-dd}T00:00:00.000Z'" : "NULL";
                var flag = Of(item.Flag is { } f ? f ? 1 : 0 : null);
                sql.Append(CultureInfo.InvariantCulture, $"INSERT INTO items VALUES ({item.Id}, {Of(item.Number)}, ")
                    .Append(CultureInfo.InvariantCulture, $"{Of(item.Text)}, {flag}, {at}, {Of(item.Parent?.Id)});");
                foreach (var size in item.Parts)
                    sql.Append(CultureInfo.InvariantCulture,
                        $"INSERT INTO parts VALUES ({++partId}, {item.Id}, {Of(size)}, NULL, NULL);");
            }

            return sql.Append(_deleted).ToString();
        }

        private static string Of(string? text) =>
            text is null ? "NULL" : $"'{text.Replace("'", "''", StringComparison.Ordinal)}'";

        private static string Of(int? number) => number?.ToString(CultureInfo.InvariantCulture) ?? "NULL";

        private static string? Text(Prng random) => random.Chance(0.2) ? null : random.Pick(Texts);

        private static int? Number(Prng random) => random.Chance(0.2) ? null : random.Below(6);
    }

    // A condition as text, and what it means: true, false, or null for unknown.
    private sealed record RandomCondition(string Text, Func<Item, bool?> Holds)
    {
        public static RandomCondition Make(Prng random, int depth)
        {
            if (depth == 0 || random.Chance(0.4)) return Leaf(random);
            var (a, b) = (Make(random, depth - 1), Make(random, depth - 1));
            return random.Below(3) switch
            {
                0 => new($"({a.Text} and {b.Text})", r => And(a.Holds(r), b.Holds(r))),
                1 => new($"({a.Text} or {b.Text})", r => Not(And(Not(a.Holds(r)), Not(b.Holds(r))))),
                _ => new($"not ({a.Text})", r => Not(a.Holds(r))),
            };
        }

        private static RandomCondition Leaf(Prng random)
        {
            switch (random.Below(8))
            {
                case 0: return Numeric(random, "number", r => r.Number);
                case 1: return Numeric(random, "parent.rank", r => r.Parent?.Rank);
                case 2: return Textual(random, "text", r => r.Text);
                case 3: return Textual(random, "parent.name", r => r.Parent?.Name);
                case 4: return new("flag", r => r.Flag);
                case 5: return Day(random);
                case 6: return Quantified(random);
                default:
                    var least = random.Below(4);
                    return new($"count(parts) ge {least}".Replace("ge", "gte", StringComparison.Ordinal), r =>
                        r.Parts.Count >= least);
            }
        }

        private static RandomCondition Numeric(Prng random, string name, Func<Item, int?> get)
        {
            var (op, holds) = NumberTest(random);
            return new($"{name} {op}", r => holds(get(r)));
        }

        private static (string Text, Func<int?, bool?> Holds) NumberTest(Prng random)
        {
            var value = random.Below(6);
            var other = value + random.Below(3);
            return random.Below(8) switch
            {
                0 => ($"eq {value}", n => n is { } x ? x == value : null),
                1 => ($"ne {value}", n => n is { } x ? x != value : null),
                2 => ($"lt {value}", n => n is { } x ? x < value : null),
                3 => ($"gte {value}", n => n is { } x ? x >= value : null),
                4 => ($"in ({value}, {other})", n => n is { } x ? x == value || x == other : null),
                5 => ($"nin ({value}, {other})", n => n is { } x ? x != value && x != other : null),
                6 => ($"between {value} and {other}", n => n is { } x ? x >= value && x <= other : null),
                _ => ("eq null", n => n is null),
            };
        }

        private static RandomCondition Textual(Prng random, string name, Func<Item, string?> get)
        {
            var value = random.Pick(Texts);
            var quoted = $"'{value.Replace("'", "''", StringComparison.Ordinal)}'";
            (string Op, Func<string, bool> Test) = random.Below(8) switch
            {
                0 => ("eq", t => t == value),
                1 => ("ne", t => t != value),
                2 => ("lt", t => Compare(t, value) < 0),
                3 => ("gte", t => Compare(t, value) >= 0),
                4 => ("contains", t => t.Contains(value, StringComparison.Ordinal)),
                5 => ("icontains", t => t.ToLowerInvariant().Contains(value.ToLowerInvariant(),
                    StringComparison.Ordinal)),
                6 => ("starts", t => t.StartsWith(value, StringComparison.Ordinal)),
                _ => ((string, Func<string, bool>))("ends", t => t.EndsWith(value, StringComparison.Ordinal)),
            };
            return new($"{name} {Op} {quoted}", r => get(r) is { } text ? Test(text) : null);
        }

        private static RandomCondition Day(Prng random)
        {
            var day = new DateTime(2026, 1, 1 + random.Below(5), 0, 0, 0, DateTimeKind.Utc);
            return new($"at gt '{day:yyyy-MM-dd}'", r => r.At is { } at ? at > day : null);
        }

        private static RandomCondition Quantified(Prng random)
        {
            var (op, holds) = NumberTest(random);
            return random.Below(4) switch
            {
                0 => new($"parts.size {op}", r => r.Parts.Any(p => holds(p) == true)),
                1 => new($"parts.none.size {op}", r => !r.Parts.Any(p => holds(p) == true)),
                2 => new($"parts.all.size {op}", r => r.Parts.All(p => holds(p) == true)),
                _ => new($"exists(parts, size {op})", r => r.Parts.Any(p => holds(p) == true)),
            };
        }

        private static bool? And(bool? a, bool? b) =>
            a == false || b == false ? false : a is null || b is null ? null : true;

        private static bool? Not(bool? a) => a is { } known ? !known : null;
    }

    private sealed class RandomOrder : IComparer<Item>
    {
        private readonly List<(Func<Item, object?> Get, bool Descending, bool NullsFirst)> _keys = [];

        public string Text { get; private set; } = "";

        public static RandomOrder Make(Prng random)
        {
            var order = new RandomOrder();
            var terms = new List<string>();
            (string, Func<Item, object?>)[] fields =
            [
                ("number", r => r.Number), ("text", r => r.Text), ("parent.name", r => r.Parent?.Name),
                    ("at", r => r.At),
                ("parent.rank", r => r.Parent?.Rank), ("flag", r => r.Flag), ("id", r => r.Id),
            ];
            for (var i = random.Below(4); i > 0; i--)
            {
                var (name, get) = random.Pick(fields);
                if (terms.Any(t => t.Contains(name, StringComparison.Ordinal))) continue;
                var descending = random.Chance(0.5);
                var nulls = random.Below(3);
                terms.Add((descending ? "-" : "") + name
                    + (nulls == 1 ? ".nullsfirst" : nulls == 2 ? ".nullslast" : ""));
                order._keys.Add((get, descending, nulls == 0 ? !descending : nulls == 1));
            }

            order._keys.Add((r => r.Id, false, true));
            if (terms.Count > 0) order.Text = "&sort=" + string.Join(',', terms);
            return order;
        }

        public int Compare(Item? x, Item? y)
        {
            foreach (var (get, descending, nullsFirst) in _keys)
            {
                var (a, b) = (get(x!), get(y!)); // lists hold no nulls
                if (a is null && b is null) continue;
                if (a is null || b is null) return a is null == nullsFirst ? -1 : 1;
                var sign = a is string text ? RandomQueryTests.Compare(text, (string)b) : ((IComparable)a).CompareTo(b);
                if (sign != 0) return descending ? -sign : sign;
            }

            return 0;
        }
    }

    // As SQLite compares texts: by their bytes.
    private static int Compare(string a, string b) =>
        Encoding.UTF8.GetBytes(a).AsSpan().SequenceCompareTo(Encoding.UTF8.GetBytes(b));
}
