using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using Tercel.Api.Model;
using Tercel.Data;

namespace Tercel.Api.Sql;

/// <summary>An INSERT of one set of fields.</summary>
internal sealed record InsertShape(bool[] Given, Field[] Fields, SqlText Sql);

/// <summary>The statements that change rows and look at single ones; each text is made once and kept.</summary>
/// <remarks>Shape: SET and VALUES parameters come first, then the key's, in the order of the fields given. Names come
/// from the model, values travel as parameters. A column that is read stands behind its table's name: SQLite takes
/// a quoted name alone that it does not know for a text, and <c>'id' = ?1</c> may be true for every row. Thread: any.
/// Lifetime: one model.</remarks>
internal sealed class WriteCompiler
{
    // Entities x sets of columns that clients send; beyond it statements are made anew each time.
    private const int StatementsMax = 4096;

    private const int InsertShapesMax = 16;

    private readonly ConcurrentDictionary<Shape, SqlText> _statements = new();
    private readonly ConcurrentDictionary<Entity, InsertShape[]> _inserts = new();

    private enum Verb
    {
        Insert,
        Update,
        Delete,
        Read,
        Exists,
        Count,
        Keys,
        Largest,
    }

    /// <summary>INSERT of the given fields, returning the key. No fields: a row of defaults.</summary>
    /// <param name="entity">Whose row.</param>
    /// <param name="given">By <see cref="Field.Ordinal"/>.</param>
    public InsertShape Insert(Entity entity, ReadOnlySpan<bool> given)
    {
        // Clients of an entity send few different sets of fields.
        var known = _inserts.GetValueOrDefault(entity, []);
        foreach (var shape in known)
            if (given.SequenceEqual(shape.Given)) return shape;
        var flags = given.ToArray();
        Field[] fields = [.. entity.Fields.Where(f => flags[f.Ordinal])];
        var made = new InsertShape(flags, fields, Insert(entity, fields));
        if (known.Length < InsertShapesMax) _inserts[entity] = [.. known, made];
        return made;
    }

    private SqlText Insert(Entity entity, IReadOnlyList<Field> fields) =>
        Cached(Verb.Insert, entity, fields, [], static s =>
        s.First.Count == 0
            ? $"INSERT INTO {s.Table} DEFAULT VALUES{Returning(s.Entity)}"
            : $"INSERT INTO {s.Table} ({Names(s.First)}) VALUES ({Parameters(s.First.Count)}){Returning(s.Entity)}");

    /// <summary>UPDATE of these fields and the version of the row with the key, unless it is soft-deleted.</summary>
    public SqlText Update(Entity entity, IReadOnlyList<Field> fields) =>
        Cached(Verb.Update, entity, fields, entity.Key, static s =>
        $"UPDATE {s.Table} SET {Assignments(s.Entity, s.First)}"
        + $" WHERE {Equals(s.Entity, s.Second, s.First.Count)}{Living(s.Entity)}");

    /// <summary>DELETE of the row with the key.</summary>
    public SqlText Delete(Entity entity) => Cached(Verb.Delete, entity, [], entity.Key, static s =>
        $"DELETE FROM {s.Table} WHERE {Equals(s.Entity, s.Second, 0)}{Living(s.Entity)}");

    /// <summary>These columns of the row where the other fields have the given values.</summary>
    public SqlText Read(Entity entity, IReadOnlyList<Field> columns, IReadOnlyList<Field> where) =>
        Cached(Verb.Read, entity, columns, where, static s =>
            $"SELECT {Columns(s.Entity, s.First)} FROM {s.Table} WHERE {Equals(s.Entity, s.Second, 0)}"
            + $"{Living(s.Entity)} LIMIT 2");

    /// <summary>One row when a row has these values, none otherwise.</summary>
    public SqlText Exists(Entity entity, IReadOnlyList<Field> where) =>
        Cached(Verb.Exists, entity, [], where, static s =>
        $"SELECT 1 FROM {s.Table} WHERE {Equals(s.Entity, s.Second, 0)}{Living(s.Entity)} LIMIT 1");

    /// <summary>How many rows have these values, soft-deleted ones included: they hold references too.</summary>
    public SqlText Count(Entity entity, IReadOnlyList<Field> where) => Cached(Verb.Count, entity, [], where, static s =>
        $"SELECT count(*) FROM {s.Table} WHERE {Equals(s.Entity, s.Second, 0)}");

    /// <summary>The keys of the rows that have these values, in key order.</summary>
    public SqlText Keys(Entity entity, IReadOnlyList<Field> where) => Cached(Verb.Keys, entity, [], where, static s =>
        $"SELECT {Columns(s.Entity, s.Entity.Key)} FROM {s.Table} "
        + $"WHERE {Equals(s.Entity, s.Second, 0)}{Living(s.Entity)}"
        + $" ORDER BY {Columns(s.Entity, s.Entity.Key)}");

    /// <summary>The largest value of a field among the rows that have these values; 0 when there are none.</summary>
    public SqlText Largest(Entity entity, Field field, IReadOnlyList<Field> where) =>
        Cached(Verb.Largest, entity, [field], where, static s =>
            $"SELECT coalesce(max({Columns(s.Entity, s.First)}), 0) FROM {s.Table} "
            + $"WHERE {Equals(s.Entity, s.Second, 0)}");

    /// <summary>A name as SQL writes it, whatever it holds.</summary>
    public static string Quote(string name) => $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    private SqlText Cached(
        Verb verb, Entity entity, IReadOnlyList<Field> first, IReadOnlyList<Field> second, Func<Parts, string> make)
    {
        var shape = new Shape(verb, entity, Ordinals(first), Ordinals(second));
        if (_statements.TryGetValue(shape, out var known)) return known;
        var made = new SqlText(make(new Parts(entity, Quote(entity.Table), first, second)));
        return _statements.Count < StatementsMax ? _statements.GetOrAdd(shape, made) : made;
    }

    private static string Ordinals(IReadOnlyList<Field> fields) =>
        string.Create(fields.Count, fields, static (text, all) =>
        {
            for (var i = 0; i < text.Length; i++) text[i] = (char)all[i].Ordinal;
        });

    private static string Names(IReadOnlyList<Field> fields) =>
        string.Join(", ", fields.Select(f => Quote(f.Column)));

    private static string Columns(Entity entity, IReadOnlyList<Field> fields) =>
        string.Join(", ", fields.Select(f => Column(entity, f)));

    private static string Column(Entity entity, Field field) => $"{Quote(entity.Table)}.{Quote(field.Column)}";

    private static string Parameters(int count) =>
        string.Join(", ", Enumerable.Range(1, count).Select(n => string.Create(CultureInfo.InvariantCulture, $"?{n}")));

    // The version counts every update; a row that has nothing to set is written as it is.
    private static string Assignments(Entity entity, IReadOnlyList<Field> fields)
    {
        var all = fields.Select((f, i) =>
            string.Create(CultureInfo.InvariantCulture, $"{Quote(f.Column)} = ?{i + 1}")).ToList();
        if (entity.Version is { } version) all.Add($"{Quote(version.Column)} = {Column(entity, version)} + 1");
        if (all.Count == 0) all.Add($"{Quote(entity.Key[0].Column)} = {Column(entity, entity.Key[0])}");
        return string.Join(", ", all);
    }

    private static string Equals(Entity entity, IReadOnlyList<Field> fields, int parametersBefore)
    {
        var text = new StringBuilder();
        for (var i = 0; i < fields.Count; i++)
        {
            if (i > 0) text.Append(" AND ");
            text.Append(CultureInfo.InvariantCulture, $"{Column(entity, fields[i])} = ?{parametersBefore + i + 1}");
        }

        return text.ToString();
    }

    private static string Living(Entity entity) =>
        entity.SoftDelete is null ? "" : $" AND {Column(entity, entity.SoftDelete)} IS NULL";

    private static string Returning(Entity entity) => $" RETURNING {Columns(entity, entity.Key)}";

    private readonly record struct Shape(Verb Verb, Entity Entity, string First, string Second);

    private sealed record Parts(Entity Entity, string Table, IReadOnlyList<Field> First, IReadOnlyList<Field> Second);
}
