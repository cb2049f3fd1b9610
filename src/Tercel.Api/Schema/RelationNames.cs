using Tercel.Api.Model;
using Tercel.Data;

namespace Tercel.Api.Schema;

/// <summary>Finds the relations of an existing database and names them, the same way each time.</summary>
/// <remarks>
/// To-one: the foreign key's column without <c>Id</c> or <c>_id</c>; the referenced table's name where that leaves
/// nothing or clashes. To-many: the referencing table; with the column's name behind it where there are several or it
/// clashes. Many-to-many: the far table, or far table and join table. What still clashes gets a number.
/// </remarks>
internal sealed class RelationNames
{
    private static readonly string[] Suffixes = ["_id", "_ID", "_Id", "Id", "ID"];

    private readonly List<(DatabaseTable Table, Entity Entity)> _tables;
    private readonly Dictionary<string, Entity> _entities;
    private readonly Dictionary<Entity, HashSet<string>> _taken = [];
    private readonly Dictionary<Entity, List<Relation>> _relations = [];
    private readonly Dictionary<Entity, List<ForeignKey>> _keys = [];

    public RelationNames(List<(DatabaseTable Table, Entity Entity)> tables, Dictionary<string, Entity> entities)
    {
        _tables = tables;
        _entities = entities;
        foreach (var (_, entity) in tables)
        {
            _taken[entity] = new HashSet<string>(entity.Fields.Select(f => f.Name), StringComparer.Ordinal);
            _relations[entity] = [];
        }

        foreach (var (table, entity) in tables) _keys[entity] = Keys(table, entity);
    }

    /// <summary>Gives every entity its relations.</summary>
    public void Assign()
    {
        foreach (var (_, entity) in _tables) AssignToOne(entity);
        foreach (var (_, entity) in _tables) AssignToMany(entity);
        foreach (var (_, entity) in _tables) AssignManyToMany(entity);
        foreach (var (_, entity) in _tables) entity.SetRelations(_relations[entity]);
    }

    private List<ForeignKey> Keys(DatabaseTable table, Entity from)
    {
        var keys = new List<ForeignKey>();
        foreach (var key in table.ForeignKeys)
        {
            if (!_entities.TryGetValue(key.TargetTable, out var to)
                || key.Columns.Count != key.TargetColumns.Count) continue;
            var fromFields = Fields(from, key.Columns);
            var toFields = Fields(to, key.TargetColumns);
            if (fromFields is null || toFields is null) continue;
            if (keys.Any(k => k.To == to && k.FromFields.SequenceEqual(fromFields))) continue;
            keys.Add(new ForeignKey(from, to, fromFields, toFields, OnDeleteOf(key.OnDelete)));
        }

        return [.. keys.OrderBy(k => k.FromFields[0].Ordinal).ThenBy(k => k.FromFields.Count)];
    }

    // Names that follow from a column come first, so that none of them loses to a table's name.
    private void AssignToOne(Entity entity)
    {
        var keys = _keys[entity];
        foreach (var key in keys)
        {
            if (key.FromFields is [var column] && Stem(column.Name) is { Length: > 0 } stem && _taken[entity].Add(stem))
                key.Name = stem;
        }

        foreach (var key in keys)
        {
            key.Name ??= Free(entity, key.To.Name, $"{key.To.Name}_{Label(key)}");
            _relations[entity].Add(new Relation
            {
                Name = key.Name,
                Kind = RelationKind.ToOne,
                From = entity,
                To = key.To,
                FromFields = key.FromFields,
                ToFields = key.ToFields,
                OnDelete = key.OnDelete,
            });
        }
    }

    private void AssignToMany(Entity from)
    {
        foreach (var key in _keys[from])
        {
            var isOnly = _keys[from].Count(k => k.To == key.To) == 1;
            var longer = $"{from.Name}_{Label(key)}";
            _relations[key.To].Add(new Relation
            {
                Name = isOnly ? Free(key.To, from.Name, longer) : Free(key.To, longer),
                Kind = RelationKind.ToMany,
                From = key.To,
                To = from,
                FromFields = key.ToFields,
                ToFields = key.FromFields,
            });
        }
    }

    // A join table: two foreign keys that make up its primary key.
    private void AssignManyToMany(Entity join)
    {
        if (_keys[join] is not [var a, var b]) return;
        var columns = a.FromFields.Concat(b.FromFields).ToList();
        if (columns.Count != join.Key.Count || columns.Distinct().Count() != columns.Count
            || !columns.All(c => c.IsKey)) return;
        Through(join, back: a, far: b);
        Through(join, back: b, far: a);
    }

    private void Through(Entity join, ForeignKey back, ForeignKey far)
    {
        var name = back.To == far.To
            ? Free(back.To, $"{far.To.Name}_{Label(far)}", $"{far.To.Name}_{join.Name}_{Label(far)}")
            : Free(back.To, far.To.Name, $"{far.To.Name}_{join.Name}");
        _relations[back.To].Add(new Relation
        {
            Name = name,
            Kind = RelationKind.ManyToMany,
            From = back.To,
            To = far.To,
            FromFields = back.ToFields,
            ToFields = far.ToFields,
            Through = join,
            ThroughFromFields = back.FromFields,
            ThroughToFields = far.FromFields,
        });
    }

    /// <summary>The first of the names that is free in the entity, else the last one with a number.</summary>
    private string Free(Entity entity, params ReadOnlySpan<string> names)
    {
        foreach (var name in names)
            if (_taken[entity].Add(name)) return name;
        for (var number = 2; ; number++)
        {
            var name = $"{names[^1]}_{number}";
            if (_taken[entity].Add(name)) return name;
        }
    }

    private static string Label(ForeignKey key) => string.Join('_', key.FromFields.Select(f =>
        Stem(f.Name) is { Length: > 0 } stem ? stem : f.Name));

    private static string Stem(string column)
    {
        foreach (var suffix in Suffixes)
            if (column.EndsWith(suffix, StringComparison.Ordinal)) return column[..^suffix.Length].TrimEnd('_', ' ');
        return column;
    }

    private static List<Field>? Fields(Entity entity, IReadOnlyList<string> columns)
    {
        var fields = new List<Field>();
        foreach (var column in columns)
        {
            if (entity.Fields.FirstOrDefault(f =>
                f.Column.Equals(column, StringComparison.OrdinalIgnoreCase)) is not { } field)
                return null;
            fields.Add(field);
        }

        return fields.Count > 0 ? fields : null;
    }

    private static OnDelete OnDeleteOf(string text) => text.ToUpperInvariant() switch
    {
        "CASCADE" => OnDelete.Cascade,
        "RESTRICT" => OnDelete.Restrict,
        "SET NULL" => OnDelete.SetNull,
        _ => OnDelete.NoAction,
    };

    private sealed record ForeignKey(
        Entity From, Entity To, IReadOnlyList<Field> FromFields, IReadOnlyList<Field> ToFields, OnDelete OnDelete)
    {
        public string? Name { get; set; }
    }
}
