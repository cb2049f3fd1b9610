using System.CommandLine;
using Tercel.Serving;

namespace Tercel.Commands;

/// <summary><c>tercel cache</c>: serves a cache to Redis clients.</summary>
internal static class CacheCommand
{
    public static Command Create()
    {
        var config = new Option<string?>("--config")
        {
            Description = "A configuration file: lines of name and value as in redis.conf.",
        };
        var set = new Option<string[]>("--set")
        {
            Description = "Sets a setting, key=value; see docs/reference/settings.md. May be given many times.",
        };
        var check = new Option<bool>("--config-check") { Description = "Check the settings, then stop." };
        var explain =
            new Option<bool>("--config-explain") { Description = "Print each setting with its source, then stop." };
        var command = new Command("cache", "Serve a cache to Redis and memcached clients.")
        {
            config, set, check, explain,
        };
        // Several words are one value: --bind 127.0.0.1 ::1, --save 3600 1.
        var flags = CacheServing.Schema.All.Where(static setting => setting.Flag is not null)
            .Select(static setting => new Option<string[]>(setting.Flag ?? "")
            {
                Description = setting.Description,
                AllowMultipleArgumentsPerToken = true,
            }).ToList();
        flags.ForEach(command.Add);
        command.Add(CacheImportCommand.Create());
        command.SetAction(result => CacheProgram.Run(new CacheArguments
        {
            ConfigFile = result.GetValue(config),
            Flags =
            [
                .. (result.GetValue(set) ?? []).Select(static text => $"--set={text}"),
                .. flags.Where(flag => result.GetResult(flag) is not null)
                    .Select(flag => $"{flag.Name}={string.Join(' ', result.GetValue(flag) ?? [])}"),
            ],
            ConfigCheck = result.GetValue(check),
            ConfigExplain = result.GetValue(explain),
        }));
        return command;
    }
}
