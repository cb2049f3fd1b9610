namespace Tercel.Bench;

/// <summary>Something on this machine or in the arguments stops the run; the message says what.</summary>
internal sealed class BenchException(string message) : Exception(message);
