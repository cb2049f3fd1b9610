namespace Tercel.Cache.Server.Persistence;

/// <summary>The files of the dataset cannot be used as they are; the message says which, where and what to
/// do.</summary>
internal sealed class PersistenceException(string message, Exception? inner = null) : Exception(message, inner);
