using System.Reflection;
using System.Runtime.CompilerServices;

namespace Cano.Integration.Surface;

/// <summary>What an F# user meets is F#: functions, tuples and options.</summary>
public sealed class FSharpFaceTests
{
    private const BindingFlags Own =
        BindingFlags.Public | BindingFlags.Static | BindingFlags.Instance | BindingFlags.DeclaredOnly;

    [Fact]
    [Trait("ID", "Y36")]
    public void No_function_of_the_FSharp_face_names_a_delegate_a_struct_tuple_or_an_Either() =>
        Assert.Empty(
            from type in Assembly.Load("Cano.FSharp").GetExportedTypes()
            from method in type.GetMethods(Own)
            // Its users' own types override these.
            where method.GetBaseDefinition().DeclaringType == type
            from part in method
                .GetParameters()
                .Select(parameter => parameter.ParameterType)
                .Append(method.ReturnType)
                .SelectMany(Parts)
            where IsForeign(part)
            select $"{type.Name}.{method.Name} names {part}"
        );

    private static bool IsForeign(Type type) =>
        typeof(Delegate).IsAssignableFrom(type)
        || typeof(ITuple).IsAssignableFrom(type) && type.IsValueType
        || type.Namespace!.StartsWith("LanguageExt", StringComparison.Ordinal)
        || type.IsGenericType && type.GetGenericTypeDefinition() == typeof(Nullable<>);

    private static IEnumerable<Type> Parts(Type type) =>
        type.HasElementType
            ? Parts(type.GetElementType()!)
            : type.GetGenericArguments().SelectMany(Parts).Prepend(type);
}
