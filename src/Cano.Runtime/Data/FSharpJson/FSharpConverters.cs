using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Cano.Runtime.Data.FSharpJson;

/// <summary>Finds the converter of an F# type. Lists, sets, tuples, and maps whose keys are text or whole
/// numbers need none: System.Text.Json knows them.</summary>
[RequiresUnreferencedCode(FSharpTypes.Looked)]
[RequiresDynamicCode(FSharpTypes.Looked)]
internal sealed class FSharpConverters : JsonConverterFactory
{
    public override bool CanConvert(Type typeToConvert) => ConverterOf(typeToConvert) is not null;

    public override JsonConverter CreateConverter(Type typeToConvert, JsonSerializerOptions options)
    {
        var converter = ConverterOf(typeToConvert)!;
        if (converter == typeof(FSharpConverters))
            throw new NotSupportedException("A function is no data.");
        Type[] arguments =
            FSharpShapes.IsOptional(typeToConvert) || FSharpShapes.IsMap(typeToConvert)
                ? typeToConvert.GetGenericArguments()
                : [typeToConvert];
        return (JsonConverter)Activator.CreateInstance(converter.MakeGenericType(arguments))!;
    }

    private static Type? ConverterOf(Type type) =>
        FSharpShapes.IsOption(type) ? typeof(OptionJson<>)
        : FSharpShapes.IsValueOption(type) ? typeof(ValueOptionJson<>)
        : FSharpShapes.IsMap(type) ? (HasNameKeys(type) ? null : typeof(PairsJson<,>))
        : FSharpShapes.IsUnion(type) ? typeof(UnionJson<>)
        : FSharpShapes.IsRecord(type) ? typeof(RecordJson<>)
        : FSharpShapes.IsFunction(type) ? typeof(FSharpConverters)
        : null;

    /// <summary>Such keys are the names of a JSON object. Stored: adding a type here strands its
    /// maps.</summary>
    private static bool HasNameKeys(Type map) =>
        map.GetGenericArguments()[0] is var key
        && (
            key == typeof(string)
            || key == typeof(Guid)
            || key == typeof(int)
            || key == typeof(long)
            || key == typeof(uint)
            || key == typeof(ulong)
            || key == typeof(short)
            || key == typeof(ushort)
            || key == typeof(byte)
            || key == typeof(sbyte)
        );
}
