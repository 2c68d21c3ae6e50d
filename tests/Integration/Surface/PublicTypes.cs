using System.Reflection;

namespace Cano.Integration.Surface;

/// <summary>The types that users meet: what the packages export in the namespaces of the faces.</summary>
internal static class PublicTypes
{
    private const BindingFlags Own =
        BindingFlags.Public | BindingFlags.Static | BindingFlags.Instance | BindingFlags.DeclaredOnly;

    public static IReadOnlyList<Assembly> Assemblies { get; } =
    [
        .. new[]
        {
            "Cano.Kernel",
            "Cano.Runtime",
            "Cano.Faster",
            "Cano.CSharp",
            "Cano.Hosting",
            "Cano.Testing",
        }.Select(Assembly.Load),
    ];

    public static IReadOnlyList<Type> All { get; } =
    [
        .. Assemblies
            .SelectMany(assembly => assembly.GetExportedTypes())
            .Where(type => type.Namespace != "Cano.Kernel")
            .OrderBy(type => type.FullName, StringComparer.Ordinal),
    ];

    /// <summary>Those that compare by what they hold.</summary>
    public static IEnumerable<Type> Values => All.Where(IsValue);

    public static IEnumerable<MethodInfo> Methods => All.SelectMany(type => type.GetMethods(Own));

    /// <summary>A type and those it is derived from, itself first.</summary>
    public static IEnumerable<Type> Line(Type type)
    {
        for (var each = type; each is not null; each = each.BaseType)
            yield return each;
    }

    /// <summary>It says itself what is equal to it.</summary>
    public static bool IsValue(Type type) =>
        !(type.IsEnum || type.IsInterface || typeof(Attribute).IsAssignableFrom(type))
        && type.GetMethod(nameof(Equals), [typeof(object)])?.DeclaringType != typeof(object);
}
