using Microsoft.Extensions.Logging;
using Tercel.Chassis.Observability;
using FrameworkLevel = Microsoft.Extensions.Logging.LogLevel;

namespace Tercel.Chassis.Web.Hosting;

// Takes Kestrel's warnings into our log, and counts the requests that Kestrel refuses before we see them.
internal sealed class KestrelLog(Log log, Counter badRequests) : ILoggerFactory
{
    private const string BadRequestCategory = "Microsoft.AspNetCore.Server.Kestrel.BadRequests";

    public ILogger CreateLogger(string categoryName) => categoryName == BadRequestCategory
        ? new BadRequestLogger(badRequests)
        : new WarningLogger(log, categoryName);

    public void AddProvider(ILoggerProvider provider) => throw new NotSupportedException("The log has one output.");

    public void Dispose()
    {
    }

    private sealed class WarningLogger(Log log, string category) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(FrameworkLevel logLevel) =>
            logLevel is >= FrameworkLevel.Warning and not FrameworkLevel.None;

        public void Log<TState>(
            FrameworkLevel logLevel,
            EventId eventId,
            TState state,
            Exception? exception,
            Func<TState, Exception?, string> formatter)
        {
            if (!IsEnabled(logLevel)) return;
            var message = formatter(state, exception);
            if (logLevel >= FrameworkLevel.Error) log.Error(message, exception, ("category", category));
            else log.Warn(message, ("category", category));
        }
    }

    private sealed class BadRequestLogger(Counter badRequests) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        // Kestrel tells of bad requests at level Debug.
        public bool IsEnabled(FrameworkLevel logLevel) => logLevel == FrameworkLevel.Debug;

        public void Log<TState>(
            FrameworkLevel logLevel,
            EventId eventId,
            TState state,
            Exception? exception,
            Func<TState, Exception?, string> formatter) => badRequests.Add();
    }
}
