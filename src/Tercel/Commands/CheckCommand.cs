using System.CommandLine;
using Tercel.Chassis.Lifecycle;

namespace Tercel.Commands;

/// <summary><c>tercel check</c>: all mistakes of a model file at once.</summary>
internal static class CheckCommand
{
    public static Command Create()
    {
        var path = ModelArgument.Create();
        var command = new Command("check", "Check a model file; print every mistake with its place.") { path };
        command.SetAction(result =>
        {
            if (ModelArgument.Load(result.GetValue(path)) is not { } model) return ExitCodes.Config;
            foreach (var warning in model.Warnings) Console.Error.WriteLine($"warning: {warning}");
            Console.WriteLine($"{model.Name}: {model.Entities.Count} resources, no errors");
            return ExitCodes.Ok;
        });
        return command;
    }
}
