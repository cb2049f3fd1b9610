using Tercel.Primitives;

namespace Tercel.Api.Model;

/// <summary>What can be wrong with a model file. One line each; docs/reference/errors.md lists them.</summary>
internal static class ModelErrors
{
    /// <summary>The file cannot be found or read.</summary>
    public static readonly ErrorCode File = new("model", "file");

    /// <summary>The text is not YAML or JSON, or a one-line declaration does not follow its grammar.</summary>
    public static readonly ErrorCode Syntax = new("model", "syntax");

    /// <summary>The file is larger, deeper or wider than a model may be.</summary>
    public static readonly ErrorCode Limit = new("model", "limit");

    /// <summary>The same key, resource or name stands twice.</summary>
    public static readonly ErrorCode Duplicate = new("model", "duplicate");

    /// <summary>No such key here.</summary>
    public static readonly ErrorCode UnknownKey = new("model", "unknown_key");

    /// <summary>A key that must be there is not.</summary>
    public static readonly ErrorCode Missing = new("model", "missing");

    /// <summary>The value is of another kind: a list where a text is expected, a boolean where a name is.</summary>
    public static readonly ErrorCode Kind = new("model", "kind");

    /// <summary>The value has the right kind but is not allowed.</summary>
    public static readonly ErrorCode Value = new("model", "value");

    /// <summary>The name cannot be used: wrong characters, or it means something else already.</summary>
    public static readonly ErrorCode Name = new("model", "name");

    /// <summary>No such field type.</summary>
    public static readonly ErrorCode UnknownType = new("model", "unknown_type");

    /// <summary>No such field option.</summary>
    public static readonly ErrorCode UnknownOption = new("model", "unknown_option");

    /// <summary>The option does not fit the type, or contradicts another option.</summary>
    public static readonly ErrorCode Option = new("model", "option");

    /// <summary>A resource, field, relation or enum that is named does not exist.</summary>
    public static readonly ErrorCode UnknownName = new("model", "unknown_name");

    /// <summary>Includes, references or computed fields lead back to themselves.</summary>
    public static readonly ErrorCode Cycle = new("model", "cycle");

    /// <summary>An expression cannot be read, or does not fit what it is used for.</summary>
    public static readonly ErrorCode Expression = new("model", "expression");

    /// <summary>An environment variable is not set and has no default.</summary>
    public static readonly ErrorCode Environment = new("model", "environment");

    /// <summary>A file cannot be included.</summary>
    public static readonly ErrorCode Include = new("model", "include");

    /// <summary>Part of the model format, but not of this release.</summary>
    public static readonly ErrorCode NotSupported = new("model", "not_supported");
}
