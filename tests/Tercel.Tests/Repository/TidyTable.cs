namespace Tercel.Tests.Repository;

/// <summary>What <c>eng/tidy.json</c> says.</summary>
internal sealed record TidyTable
{
    public required SizeTable Sizes { get; init; }

    /// <summary>Files that may contain <c>unsafe</c>; each opens with the argument why it is correct.</summary>
    public required IReadOnlyList<string> UnsafeFiles { get; init; }

    /// <summary>Files that may contain <c>partial</c>, because a source generator needs it.</summary>
    public required IReadOnlyList<string> PartialFiles { get; init; }

    /// <summary>Project to folder to the folders of the same project that it may use.</summary>
    public required IReadOnlyDictionary<string, IReadOnlyDictionary<string, string[]>> Folders { get; init; }

    /// <summary>Project to the projects it may reference.</summary>
    public required IReadOnlyDictionary<string, string[]> References { get; init; }

    /// <summary>Projects that may use ASP.NET Core.</summary>
    public required IReadOnlyList<string> AspNetProjects { get; init; }
}

/// <summary>Limits for files, lines and functions, and who may exceed them.</summary>
internal sealed record SizeTable
{
    public required int FileLinesMax { get; init; }

    /// <summary>Even a listed file may not be longer than this.</summary>
    public required int LongFileLinesMax { get; init; }

    public required int LineCharsMax { get; init; }

    public required int FunctionLinesMax { get; init; }

    public required IReadOnlyList<string> LongFiles { get; init; }

    /// <summary>As <c>path:Name</c>.</summary>
    public required IReadOnlyList<string> LongFunctions { get; init; }
}
