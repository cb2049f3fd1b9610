namespace Tercel.Api.Model.Loading;

/// <summary>Where something stands in a model file; line and column are 1-based.</summary>
internal readonly record struct Place(string File, int Line, int Column)
{
    public override string ToString() => $"{File}:{Line}:{Column}";
}

/// <summary>A YAML or JSON document as a tree that remembers where everything stands.</summary>
/// <remarks>Shape: a closed set; aliases are expanded already, environment variables substituted.</remarks>
internal abstract record ModelNode(Place Place)
{
    /// <summary>A text; what it means (boolean, number, text) follows from where it is used.</summary>
    /// <param name="Place">The first character, the quote included.</param>
    /// <param name="Text">The text without quotes.</param>
    /// <param name="Plain">Written without quotes: <c>true</c> is a boolean and <c>null</c> is null, as in YAML
    /// 1.2.</param>
    /// <param name="Exact">Each character of the text stands where it counts from the first one: no escapes, no
    /// folding.</param>
    public sealed record Scalar(Place Place, string Text, bool Plain, bool Exact) : ModelNode(Place)
    {
        /// <summary>Null as YAML 1.2 core schema knows it.</summary>
        public bool IsNull => Plain && Text is ("" or "~" or "null" or "Null" or "NULL");

        /// <summary>The place of a character of the text; the start of the text when that is not known
        /// exactly.</summary>
        public Place At(int offset) =>
            Exact ? Place with { Column = Place.Column + offset + (Plain ? 0 : 1) } : Place;
    }

    public sealed record Map(Place Place, IReadOnlyList<MapEntry> Entries) : ModelNode(Place);

    public sealed record List(Place Place, IReadOnlyList<ModelNode> Items) : ModelNode(Place);

    /// <summary>The word for messages.</summary>
    public string Kind => this switch
    {
        Map => "a map",
        List => "a list",
        Scalar { IsNull: true } => "nothing",
        _ => "a text",
    };
}

internal sealed record MapEntry(ModelNode.Scalar Key, ModelNode Value);
