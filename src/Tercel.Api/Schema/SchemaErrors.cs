using Tercel.Primitives;

namespace Tercel.Api.Schema;

/// <summary>Why a schema change was not made. Seen on the command line and in the log, never in an answer.</summary>
internal static class SchemaErrors
{
    /// <summary>Rows that exist do not fit the model.</summary>
    public static readonly ErrorCode Blocked = new("schema", "blocked");

    /// <summary>A step would drop data and was not allowed by name.</summary>
    public static readonly ErrorCode DropNotAllowed = new("schema", "drop_not_allowed");

    /// <summary>Changes are pending that this way of starting does not make.</summary>
    public static readonly ErrorCode Pending = new("schema", "pending");

    /// <summary>Somebody changed the schema between the plan and the change.</summary>
    public static readonly ErrorCode ChangedMeanwhile = new("schema", "changed_meanwhile");

    /// <summary>A statement of the change failed; everything was undone.</summary>
    public static readonly ErrorCode ApplyFailed = new("schema", "apply_failed");

    /// <summary>After the change, references would point nowhere; everything was undone.</summary>
    public static readonly ErrorCode References = new("schema", "references");

    /// <summary>A statement of the seed file failed; everything was undone.</summary>
    public static readonly ErrorCode SeedFailed = new("schema", "seed_failed");

    /// <summary>The backup could not be made, so nothing was changed.</summary>
    public static readonly ErrorCode BackupFailed = new("schema", "backup_failed");
}
