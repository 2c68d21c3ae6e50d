using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using System.Text.Json.Serialization;
using Microsoft.FSharp.Collections;
using Microsoft.FSharp.Core;
using Microsoft.FSharp.Reflection;

namespace Cano.Runtime.Data.FSharpJson;

/// <summary>Tells F#'s types apart. Hidden representations (`type T = private { … }`) count as
/// well.</summary>
internal static class FSharpShapes
{
    /// <summary>What reflection may look at.</summary>
    public static FSharpOption<BindingFlags> Everything { get; } =
        new(BindingFlags.Public | BindingFlags.NonPublic);

    public static bool IsOption(Type type) => Is(type, typeof(FSharpOption<>));

    public static bool IsValueOption(Type type) => Is(type, typeof(FSharpValueOption<>));

    public static bool IsMap(Type type) => Is(type, typeof(FSharpMap<,>));

    /// <summary>A union that System.Text.Json does not know and that names no converter of its own.</summary>
    [RequiresUnreferencedCode(FSharpTypes.Looked)]
    public static bool IsUnion(Type type) =>
        FSharpType.IsUnion(type, Everything)
        && !Is(type, typeof(FSharpList<>))
        && !type.IsDefined(typeof(JsonConverterAttribute), inherit: true);

    /// <summary>A record, anonymous ones included, that names no converter of its own.</summary>
    [RequiresUnreferencedCode(FSharpTypes.Looked)]
    public static bool IsRecord(Type type) =>
        FSharpType.IsRecord(type, Everything)
        && !type.IsDefined(typeof(JsonConverterAttribute), inherit: true);

    /// <summary>A function is code, not data.</summary>
    [RequiresUnreferencedCode(FSharpTypes.Looked)]
    public static bool IsFunction(Type type) => FSharpType.IsFunction(type);

    /// <summary>Whether values of the type can be null in JSON without being absent: `None`, `unit`, a null
    /// number, a case that F# represents as null.</summary>
    [RequiresUnreferencedCode(FSharpTypes.Looked)]
    public static bool HasNull(Type type) =>
        type == typeof(Unit) || IsOptional(type) || (IsUnion(type) && HasNullCase(type));

    /// <summary>Whether a field of the type may be missing.</summary>
    public static bool IsOptional(Type type) =>
        IsOption(type) || IsValueOption(type) || Nullable.GetUnderlyingType(type) is not null;

    /// <summary>Types of F# that null is no value of, though the runtime would allow it.</summary>
    [RequiresUnreferencedCode(FSharpTypes.Looked)]
    public static bool RefusesNull(Type type) =>
        Is(type, typeof(FSharpList<>))
        || Is(type, typeof(FSharpSet<>))
        || IsMap(type)
        || FSharpType.IsTuple(type);

    /// <summary>Whether a union represents a case as null.</summary>
    public static bool HasNullCase(Type union) =>
        union.GetCustomAttribute<CompilationRepresentationAttribute>() is { } representation
        && representation.Flags.HasFlag(CompilationRepresentationFlags.UseNullAsTrueValue);

    private static bool Is(Type type, Type generic) =>
        type.IsGenericType && type.GetGenericTypeDefinition() == generic;
}
