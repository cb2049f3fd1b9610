using System.CommandLine;
using Tercel.Api.Model;
using Tercel.Api.Planning;
using Tercel.Primitives;

namespace Tercel.Commands;

/// <summary>The model file that most commands take, and loading it with its mistakes printed.</summary>
internal static class ModelArgument
{
    public static Argument<string?> Create() => new("model")
    {
        Description = "A model file, or a folder with a tercel.yaml; the current folder when not given.",
        Arity = ArgumentArity.ZeroOrOne,
    };

    /// <summary>Loads a model; null after printing what is wrong with it.</summary>
    public static ApiModel? Load(string? path)
    {
        if (Read(path).TryGet(out var model, out var errors)) return model;
        Console.Error.Write(ModelErrorsText.Render(errors));
        return null;
    }

    /// <summary>Loads a model with the checks that planning adds.</summary>
    public static Result<ApiModel> Read(string? path) =>
        ModelLoader.Load(path ?? ".", Environment.GetEnvironmentVariable, ModelBinding.Check);
}
