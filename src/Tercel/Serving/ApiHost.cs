using System.Security.Cryptography;
using Tercel.Api;
using Tercel.Api.Http;
using Tercel.Api.Http.Reads;
using Tercel.Api.Model;
using Tercel.Api.Schema;
using Tercel.Chassis;
using Tercel.Chassis.Web.Hosting;
using Tercel.Commands;
using Tercel.Data.Sqlite;
using Tercel.Primitives;

namespace Tercel.Serving;

/// <summary>Puts the API together: state, routes, HTTP server, and in development the watcher of the model
/// file.</summary>
internal static class ApiHost
{
    private const string SecretKey = "cursor_secret";
    private const int SecretBytes = 32;

    /// <summary>Adds the API to the program; it starts with the lifecycle.</summary>
    public static async Task<WebServer> Add(
        ServiceCore core, SqliteDatabase database, ApiModel model, ApiArguments arguments)
    {
        var secret = await CursorSecret(core, database, model);
        var first = new ApiSnapshot(model, ApiSettings.Limits(core.Settings), secret);
        var state = new ApiState(database, core.Time, core.Endpoints, first);
        var seams = ReadSeams.All(core.Settings.Get(ApiSettings.Explain));
        var routes = ApiEndpoints.All(state, seams, core.Settings.Get(ApiSettings.Docs));
        var server = WebServer.Add(core, new ApiDispatcher(state, routes).Handle);
        if (!arguments.Production && model is { OwnsSchema: true, Files.Count: > 0 })
            core.Lifecycle.Add(Watcher(core, database, state, arguments, secret).Component);
        return server;
    }

    private static ModelWatcher Watcher(
        ServiceCore core, SqliteDatabase database, ApiState state, ApiArguments arguments, byte[] secret)
    {
        var startup = new StartupOptions { Mode = core.Settings.Get(ApiSettings.Migrate) };
        var hooks = new WatcherHooks
        {
            Load = () => Reload(arguments),
            Prepare = (next, cancel) => Startup.Prepare(next, database, startup, core.Time, cancel),
            Swap = next => state.Replace(new ApiSnapshot(next, Limits(arguments, next, state), secret)),
            Inform = line => core.Log.Info(line),
            Complain = line => core.Log.Error(line, null),
        };
        return new ModelWatcher(hooks, state.Current.Model, core.Time);
    }

    // A changed file must be right in its settings too.
    private static Result<ApiModel> Reload(ApiArguments arguments)
    {
        if (!ModelArgument.Read(arguments.Model).TryGet(out var model, out var errors)) return errors.ToList();
        return ServingSettings.Load(arguments, model.Settings).TryGet(out _, out errors) ? model : errors.ToList();
    }

    // Limits follow the file at once; what the listener and the database were opened with waits for the next start.
    private static ApiLimits Limits(ApiArguments arguments, ApiModel next, ApiState state) =>
        ServingSettings.Load(arguments, next.Settings).TryGet(out var settings, out _)
            ? ApiSettings.Limits(settings)
            : state.Current.Limits;

    // Cursors stay good over a restart when the database can keep the secret.
    private static async Task<byte[]> CursorSecret(ServiceCore core, SqliteDatabase database, ApiModel model)
    {
        if (core.Settings.Get(ApiSettings.CursorSecret) is { Length: > 0 } own)
            return SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(own));
        var fresh = RandomNumberGenerator.GetBytes(SecretBytes);
        if (!model.OwnsSchema) return fresh;
        return Convert.FromHexString(await DatabaseMeta.GetOrAdd(database, SecretKey, Convert.ToHexString(fresh)));
    }
}
