using System.Globalization;
using System.Text;
using Tercel.Primitives;

namespace Tercel.Tests.Api.Groups;

internal sealed record Item(
    int Id, string? Kind, decimal? Price, int Qty, double? Weight, bool Active, DateTime At, string? Country,
    int[] Lines);

// What a query should mean, in the plainest words: it walks lists, keeps nothing clever, and knows no SQL.
internal static class NaiveGroups
{
    public static readonly (string Text, Func<Item, object?> Of)[] Groups =
    [
        ("kind", i => i.Kind), ("active", i => i.Active), ("owner.country", i => i.Country), ("qty", i => i.Qty),
        ("price", i => i.Price), ("year(at)", i => i.At.Year),
        ("month(at)", i => Written(i.At, "yyyy-MM-01")),
        ("quarter(at)", i => Written(new DateTime(i.At.Year, ((i.At.Month - 1) / 3 * 3) + 1, 1), "yyyy-MM-dd")),
        ("week(at)", i => Written(i.At.AddDays(-(((int)i.At.DayOfWeek + 6) % 7)), "yyyy-MM-dd")),
        ("day(at)", i => Written(i.At, "yyyy-MM-dd")), ("hour(at)", i => Written(i.At, "yyyy-MM-ddTHH:00:00Z")),
        ("bucket(at,'6h')", i => Written(i.At.Date.AddHours(i.At.Hour / 6 * 6), "yyyy-MM-ddTHH:mm:ssZ")),
        ("bin(qty,3)", i => Math.Floor(i.Qty / 3.0) * 3), ("length(kind)", i => i.Kind?.Length),
        ("lower(kind)", i => i.Kind?.ToLowerInvariant()), ("count(lines)", i => i.Lines.Length),
    ];

    public static readonly (string Text, Func<IReadOnlyList<Item>, object?> Of)[] Aggregates =
    [
        ("count", g => g.Count), ("count(price)", g => g.Count(i => i.Price is not null)),
        ("count(distinct kind)", g => g.Where(i => i.Kind is not null).Select(i => i.Kind).Distinct().Count()),
        ("sum(price)", g => g.Sum(i => i.Price ?? 0)), ("sum(qty)", g => g.Sum(i => i.Qty)),
        ("sum(distinct qty)", g => g.Select(i => i.Qty).Distinct().Sum()),
        ("avg(qty)", g => g.Average(i => (double)i.Qty)), ("avg(price)", g => g.Average(i => i.Price)),
        ("min(price)", g => g.Min(i => i.Price)),
        ("max(kind)", g => g.Select(i => i.Kind).Max(StringComparer.Ordinal)),
        ("max(at)", g => Written(g.Max(i => i.At), "yyyy-MM-ddTHH:mm:ssZ")),
        ("median(weight)", g => Percentile(g, 0.5)),
        ("p90(weight)", g => Percentile(g, 0.9)), ("p25(weight)", g => Percentile(g, 0.25)),
        ("stddev(weight)", g => Deviation(g)), ("first(kind)", g => g.MinBy(i => i.Id)?.Kind),
        ("last(qty)", g => g.MaxBy(i => i.Id)?.Qty),
        ("sum(worth)", g => g.Sum(i => i.Price * i.Qty ?? 0)), ("sum(price * 2)", g => g.Sum(i => i.Price * 2 ?? 0)),
        ("sum(lines.quantity)", g => g.Sum(i => i.Lines.Sum())), ("count(lines)", g => g.Sum(i => i.Lines.Length)),
        ("min(lines.quantity)", g => g.SelectMany(i => i.Lines).Select(q => (int?)q).Min()),
        ("avg(lines.quantity)", g => g.SelectMany(i => i.Lines).Select(q => (double?)q).Average()),
        ("max(owner.country)", g => g.Select(i => i.Country).Max(StringComparer.Ordinal)),
    ];

    public static readonly (string Text, Func<Item, bool> Of)[] Filters =
    [
        ("kind=a", i => i.Kind == "a"), ("kind.null=false", i => i.Kind is not null),
        ("price.gte=5", i => i.Price >= 5),
        ("active=true", i => i.Active), ("qty.in=1,2,3", i => i.Qty is >= 1 and <= 3),
        ("owner.country=IT", i => i.Country == "IT"), ("lines.quantity.gt=5", i => i.Lines.Any(q => q > 5)),
        ("where=price gt 3 or weight lt 1", i => i.Price > 3 || i.Weight < 1),
        ("at.gte=2026-01-15", i => i.At >= new DateTime(2026, 1, 15)), ("kind.starts=zz", _ => false),
    ];

    public static readonly (string Text, Func<IReadOnlyList<Item>, bool> Of)[] Havings =
    [
        ("count gt 1", g => g.Count > 1), ("sum(qty) between 5 and 50", g => g.Sum(i => i.Qty) is >= 5 and <= 50),
        ("max(price) lt 8 or count(distinct kind) eq 2", g => g.Max(i => i.Price) < 8
            || g.Where(i => i.Kind is not null).Select(i => i.Kind).Distinct().Count() == 2),
        ("not (count in (1, 3))", g => g.Count is not (1 or 3)),
        ("min(price) is null", g => g.All(i => i.Price is null)),
    ];

    // Numbers before texts, nulls first: the database's order.
    public static int Compare(object? left, object? right)
    {
        if (left is null || right is null) return (left is null ? 0 : 1) - (right is null ? 0 : 1);
        if (left is string a && right is string b) return string.CompareOrdinal(a, b);
        return Number(left).CompareTo(Number(right));
    }

    public static double Number(object value) => value switch
    {
        bool flag => flag ? 1 : 0,
        _ => Convert.ToDouble(value, CultureInfo.InvariantCulture),
    };

    public static List<Item> Make(Prng random, int count)
    {
        var items = new List<Item>();
        for (var id = 1; id <= count; id++)
        {
            items.Add(new Item(
                id, random.Pick<string?>(["a", "b", "B", "cc", "é", null]),
                random.Chance(0.2) ? null : random.Below(1500) / 100m, random.Below(8),
                random.Chance(0.2) ? null : random.Below(400) / 64.0, random.Chance(0.5),
                new DateTime(2025, 11, 1).AddSeconds(random.Below(150 * 86_400)),
                random.Pick<string?>(["IT", "FR", "DE", null]),
                [.. Enumerable.Range(0, random.Below(4)).Select(_ => random.Below(12))]));
        }

        return items;
    }

    public static string Insert(IEnumerable<Item> items)
    {
        var sql = new StringBuilder("BEGIN;\n");
        sql.AppendLine("INSERT INTO owners VALUES (1, 'i', 'IT', ''), (2, 'f', 'FR', ''), (3, 'd', 'DE', '');");
        foreach (var i in items)
        {
            var owner = Array.IndexOf([null, "IT", "FR", "DE"], i.Country);
            sql.Append("INSERT INTO items (id, kind, price, qty, weight, active, at, owner_id) VALUES (");
            sql.AppendJoin(", ", i.Id, Quoted(i.Kind), Plain(i.Price), i.Qty, Plain(i.Weight), "");
            sql.Append(i.Active ? "1" : "0").Append(", ").Append(Quoted(Written(i.At, "yyyy-MM-ddTHH:mm:ss.000Z")));
            sql.AppendLine(CultureInfo.InvariantCulture, $", nullif({owner}, 0));");
            for (var line = 0; line < i.Lines.Length; line++)
                sql.Append("INSERT INTO lines VALUES (").AppendJoin(", ", i.Id, line, i.Lines[line]).AppendLine(");");
        }

        return sql.Append("COMMIT;").ToString();
    }

    private static string Written(DateTime time, string form) => time.ToString(form, CultureInfo.InvariantCulture);

    private static string Plain(IFormattable? number) => number?.ToString(null, CultureInfo.InvariantCulture) ?? "NULL";

    private static string Quoted(string? text) => text is null ? "NULL" : $"'{text}'";

    private static double? Percentile(IReadOnlyList<Item> group, double fraction)
    {
        var sorted = group.Select(i => i.Weight).OfType<double>().Order().ToList();
        if (sorted.Count == 0) return null;
        var place = fraction * (sorted.Count - 1);
        var low = sorted[(int)place];
        return low + ((place - (int)place) * (sorted[Math.Min((int)place + 1, sorted.Count - 1)] - low));
    }

    private static double? Deviation(IReadOnlyList<Item> group)
    {
        var weights = group.Select(i => i.Weight).OfType<double>().ToList();
        if (weights.Count < 2) return null;
        var mean = weights.Average();
        return Math.Sqrt(weights.Sum(w => (w - mean) * (w - mean)) / (weights.Count - 1));
    }
}
