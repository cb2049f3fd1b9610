namespace Tercel.Cache.Server.Sessions;

/// <summary>What the server remembers of one client connection.</summary>
internal sealed class Session
{
    /// <summary>Range: 0 to 15.</summary>
    public int Database { get; set; }

    /// <summary>Who it is; null = has yet to say (AUTH, HELLO). A new session starts as
    /// <see cref="Access.AccessControl.FirstUser"/>.</summary>
    public Access.AccessUser? User { get; set; }

    /// <summary>What the running command wants journaled in its place.</summary>
    public RewriteBuilder Rewrite { get; } = new();

    /// <summary>See <see cref="Commands.CommandContext.CanBlock"/>.</summary>
    public bool CanBlock { get; set; }
}
