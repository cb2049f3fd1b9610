using Tercel.Api.Model;
using Tercel.Api.Query;

namespace Tercel.Api.Planning;

/// <summary>Which index would serve a list: its equalities, then its order or its first range.</summary>
internal static class IndexAdvice
{
    /// <summary>The fields of the index in the notation of model files, <c>status, -created_at</c>.</summary>
    /// <returns>Null when no index would help, or the model has it already.</returns>
    public static string? For(ReadPlan rows, IReadOnlyList<SortKey> sort)
    {
        var root = rows.Scope.Root;
        if (root.Entity.IsView) return null;
        var equal = new List<Field>();
        Field? range = null;
        foreach (var condition in rows.Conditions) Add(condition, root, equal, ref range);
        var order = OrderOf(sort, root, equal);
        var names = equal.Select(f => f.Name).ToList();
        // A range ends what an index can order: behind it only its own field's order is of use.
        if (range is not null && (order.Count == 0 || !ReferenceEquals(order[0].Field, range))) names.Add(range.Name);
        else names.AddRange(Names(order));
        var isKey = names.Count > 0 && root.Entity.Key.Count >= names.Count
            && names.Select(Bare).SequenceEqual(root.Entity.Key.Take(names.Count).Select(k => k.Name));
        return names.Count == 0 || isKey || Exists(root.Entity, names) ? null : string.Join(", ", names);
    }

    /// <summary>The fields by which rows of a table are looked up from another: the index that a join lacks.</summary>
    public static string? ForRelated(ReadPlan rows, string table)
    {
        foreach (var relation in Reached(rows))
        {
            if (relation.To.Table != table || relation.To.IsView) continue;
            var names = relation.ToFields.Select(f => f.Name).ToList();
            var isKey = relation.To.Key.Take(names.Count).Select(k => k.Name).SequenceEqual(names);
            if (!isKey && !Exists(relation.To, names)) return string.Join(", ", names);
        }

        return null;
    }

    private static IEnumerable<Relation> Reached(ReadPlan rows)
    {
        if (rows.Embedded is { } embedded) return [embedded];
        return rows.Entity.Relations.Concat(rows.Entity.Relations.SelectMany(r => r.To.Relations));
    }

    private static void Add(Bound condition, Source root, List<Field> equal, ref Field? range)
    {
        switch (condition)
        {
            case Bound.And and:
                foreach (var item in and.Items) Add(item, root, equal, ref range);
                break;
            case Bound.Compare { Operator: Operator.Eq or Operator.In } compare
                when FieldOf(compare.Left, root) is { } field:
                if (!equal.Contains(field)) equal.Add(field);
                break;
            case Bound.IsNull { Negated: false } test when FieldOf(test.Operand, root) is { } field:
                if (!equal.Contains(field)) equal.Add(field);
                break;
            case Bound.Compare { Operator: Operator.Lt or Operator.Lte or Operator.Gt or Operator.Gte } compare:
                range ??= FieldOf(compare.Left, root);
                break;
            case Bound.Between between: range ??= FieldOf(between.Operand, root); break;
        }
    }

    // Empty when the order cannot come from an index of the root alone.
    private static List<(Field Field, bool Descending)> OrderOf(
        IReadOnlyList<SortKey> sort, Source root, List<Field> equal)
    {
        var order = new List<(Field, bool)>();
        foreach (var key in sort)
        {
            if (FieldOf(key.Value, root) is not { } field) return [];
            if (!equal.Contains(field)) order.Add((field, key.Descending));
        }

        // The key at the end only makes the order total; a table's rows have it beside every index.
        while (order.Count > 0 && root.Entity.Key.Contains(order[^1].Item1)) order.RemoveAt(order.Count - 1);
        return order;
    }

    // An index is read backwards as well as forwards.
    private static IEnumerable<string> Names(List<(Field Field, bool Descending)> order)
    {
        var isMixed = order.Exists(o => o.Descending) && order.Exists(o => !o.Descending);
        return order.Select(o => isMixed && o.Descending ? "-" + o.Field.Name : o.Field.Name);
    }

    private static bool Exists(Entity entity, List<string> names)
    {
        var has = entity.Indexes.Select(i => i.Fields.Select(f => f.Field)).Concat(entity.Uniques)
            .Concat(entity.Fields.Where(f => f.Unique || f.Indexed).Select(f => (IEnumerable<string>)[f.Name]));
        return has.Any(fields => fields.Take(names.Count).SequenceEqual(names.Select(Bare)));
    }

    private static string Bare(string name) => name.TrimStart('-');

    private static Field? FieldOf(Bound bound, Source root) =>
        bound is Bound.Column column && ReferenceEquals(column.Source, root) ? column.Field : null;
}
