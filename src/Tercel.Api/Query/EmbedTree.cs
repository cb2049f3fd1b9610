using System.Collections.Immutable;

namespace Tercel.Api.Query;

/// <summary>Embedded relations while they are read: <c>lines.product</c> and <c>lines(...)</c> meet in one
/// node.</summary>
internal sealed class EmbedTree(QueryLimits limits)
{
    private readonly QueryLimits _limits = limits;
    private int _count;

    public Draft Root { get; } = new("", 0, 0);

    public ImmutableArray<EmbedNode> Build() => Root.BuildChildren();

    /// <summary>The node that a dotted path leads to, made where missing; null when the tree gets too large.</summary>
    public Draft? Open(Draft from, FieldPath path, TextCursor cursor)
    {
        var node = from;
        foreach (var name in path.Segments)
        {
            if (Child(node, name, path.Position, cursor) is not { } child) return null;
            node = child;
        }

        return node;
    }

    private Draft? Child(Draft parent, string name, int position, TextCursor cursor)
    {
        foreach (var child in parent.Children)
            if (child.Name == name) return child;
        if (parent.Depth == _limits.EmbedDepthMax)
        {
            cursor.Fail(QueryErrors.TooDeep, $"more than {_limits.EmbedDepthMax} levels of relations", position);
            return null;
        }

        if (++_count > _limits.EmbedsMax)
        {
            cursor.Fail(QueryErrors.TooComplex, $"more than {_limits.EmbedsMax} embedded relations", position);
            return null;
        }

        var added = new Draft(name, position, parent.Depth + 1);
        parent.Children.Add(added);
        return added;
    }

    /// <summary>One relation under construction.</summary>
    internal sealed class Draft(string name, int position, int depth)
    {
        public string Name { get; } = name;

        public int Position { get; } = position;

        public int Depth { get; } = depth;

        public List<Draft> Children { get; } = [];

        /// <summary>True once its options were given; they cannot be given twice.</summary>
        public bool IsDetailed { get; set; }

        public Selection? Fields { get; set; }

        public ImmutableArray<SortTerm> Sort { get; set; } = [];

        public int? Limit { get; set; }

        public Expr? Where { get; set; }

        public ImmutableArray<EmbedNode> BuildChildren() => [.. Children.Select(child => child.Build())];

        private EmbedNode Build() => new(Name, Position)
        {
            Fields = Fields,
            Embed = BuildChildren(),
            Sort = Sort,
            Limit = Limit,
            Where = Where,
        };
    }
}
