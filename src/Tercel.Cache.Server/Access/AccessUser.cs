using System.Security.Cryptography;
using System.Text;

namespace Tercel.Cache.Server.Access;

/// <summary>A user as ACL knows it.</summary>
/// <remarks>Thread: any may read; <see cref="AccessControl"/> replaces <see cref="Rules"/> as a whole, so sessions keep
/// the user and see new rules with their next command.</remarks>
internal sealed class AccessUser
{
    private volatile AccessRules _rules = AccessRules.New;
    private volatile bool _mayEverything;

    public AccessUser(string name, AccessRules rules)
    {
        Name = name;
        Rules = rules;
    }

    public string Name { get; }

    /// <summary>True for an unrestricted user: the one branch that most commands pay.</summary>
    public bool MayEverything => _mayEverything;

    public AccessRules Rules
    {
        get => _rules;
        set
        {
            _rules = value;
            _mayEverything = value.Root.IsEverything && !value.IsDeleted;
        }
    }
}

/// <summary>What a user may do and how it proves who it is.</summary>
/// <remarks>Lifetime: immutable. Thread: any.</remarks>
internal sealed record AccessRules
{
    public const int PasswordHashBytes = 32;

    /// <summary>No rights, no password, switched off: a new user.</summary>
    public static AccessRules New { get; } = new();

    /// <summary>What the default user starts with.</summary>
    public static AccessRules Open { get; } = new()
    {
        IsOn = true, NoPassword = true, Root = AccessSelector.Everything,
    };

    /// <summary>The user was deleted: its connections are closed.</summary>
    public bool IsDeleted { get; init; }

    public bool IsOn { get; init; }

    /// <summary>Any password will do.</summary>
    public bool NoPassword { get; init; }

    /// <summary>Whether RESTORE payloads are checked in depth (they always are); kept for tools, null = not
    /// said.</summary>
    public bool? SanitizePayload { get; init; }

    /// <summary>SHA-256 of each password.</summary>
    public IReadOnlyList<byte[]> Passwords { get; init; } = [];

    public AccessSelector Root { get; init; } = AccessSelector.None;

    /// <summary>A command is allowed when the root or one of these allows all of it.</summary>
    public IReadOnlyList<AccessSelector> Selectors { get; init; } = [];

    public static byte[] HashOf(string password) => SHA256.HashData(Encoding.UTF8.GetBytes(password));

    /// <summary>Whether the user may log in with that password; takes the same time for every wrong one.</summary>
    public bool Accepts(ReadOnlySpan<byte> password)
    {
        if (!IsOn || IsDeleted) return false;
        if (NoPassword) return true;
        Span<byte> hash = stackalloc byte[PasswordHashBytes];
        SHA256.HashData(password, hash);
        var found = false;
        foreach (var known in Passwords) found |= CryptographicOperations.FixedTimeEquals(known, hash);
        return found;
    }
}
