using Tercel.Api.Model;
using Tercel.Primitives;

namespace Tercel.Api.Schema;

/// <summary>The rows that a new database begins with: <c>seed.sql</c> beside the model file.</summary>
/// <remarks>Plain statements, run once in the transaction that makes the tables; what they write is not checked by the
/// API's rules, but keys, references and NOT NULL are.</remarks>
internal sealed class SeedScript
{
    public const string FileName = "seed.sql";

    /// <summary>Largest seed file; more rows are better imported through the API or the database's own tools.</summary>
    public const int BytesMax = 64 << 20;

    private SeedScript(string path, IReadOnlyList<string> statements)
    {
        Path = path;
        Statements = statements;
    }

    public string Path { get; }

    public IReadOnlyList<string> Statements { get; }

    /// <summary>The seed beside the model, when the plan makes a new database; null when there is none.</summary>
    public static Result<SeedScript?> For(ApiModel model, SchemaPlan plan) =>
        plan.IsNew && model.Files.Count > 0 ? Find(model.Folder) : (SeedScript?)null;

    private static Result<SeedScript?> Find(string folder)
    {
        var path = System.IO.Path.Combine(folder, FileName);
        if (!File.Exists(path)) return (SeedScript?)null;
        if (new FileInfo(path).Length > BytesMax)
            return new Error(SchemaErrors.SeedFailed, $"{path} is larger than {BytesMax >> 20} MiB");
        try
        {
            return new SeedScript(path, SqlScan.Split(File.ReadAllText(path), ';'));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return new Error(SchemaErrors.SeedFailed, $"cannot read {path}: {e.Message}");
        }
    }
}
