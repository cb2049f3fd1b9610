using System.Reflection;

namespace Tercel.Tests.Repository;

/// <summary>The assemblies of src/, as they lie beside the tests.</summary>
internal static class ProductAssemblies
{
    public static IReadOnlyList<Assembly> All { get; } =
    [
        .. Directory.EnumerateFiles(AppContext.BaseDirectory, "*.dll")
            .Select(path => Path.GetFileNameWithoutExtension(path))
            .Where(name => name == "tercel" || name.StartsWith("Tercel.", StringComparison.Ordinal))
            .Where(name => name != "Tercel.Tests")
            .Order(StringComparer.Ordinal)
            .Select(name => Assembly.Load(new AssemblyName(name))),
    ];

    /// <summary>Values of all static fields of a type or of what derives from it, wherever they are declared.</summary>
    public static IEnumerable<T> StaticValues<T>()
        where T : class
    {
        const BindingFlags Statics = BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic;
        var types = All.SelectMany(assembly => assembly.GetTypes()).Where(type => !type.ContainsGenericParameters);
        foreach (var type in types)
        {
            foreach (var field in type.GetFields(Statics | BindingFlags.DeclaredOnly))
            {
                if (typeof(T).IsAssignableFrom(field.FieldType) && field.GetValue(null) is T value) yield return value;
            }
        }
    }
}
