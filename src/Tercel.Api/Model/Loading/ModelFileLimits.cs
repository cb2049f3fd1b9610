namespace Tercel.Api.Model.Loading;

/// <summary>How large a model may be. A model is written by hand; these bounds stop bombs, not people.</summary>
internal static class ModelFileLimits
{
    /// <summary>Bytes of one file.</summary>
    public const int FileBytesMax = 1024 * 1024;

    /// <summary>Maps and lists inside each other.</summary>
    public const int DepthMax = 32;

    /// <summary>Values in one file, each alias counted with everything it stands for.</summary>
    public const int NodesMax = 50_000;

    /// <summary>Files that include files.</summary>
    public const int IncludeDepthMax = 8;

    /// <summary>Files in all.</summary>
    public const int FilesMax = 64;

    /// <summary>Characters of a resource, field or relation name.</summary>
    public const int NameCharsMax = 63;

    /// <summary>Characters of a text after environment variables are put in.</summary>
    public const int TextCharsMax = 65_536;

    /// <summary>Resources and views of a model, and fields of one of them.</summary>
    public const int EntitiesMax = 1000;

    public const int FieldsMax = 500;
}
