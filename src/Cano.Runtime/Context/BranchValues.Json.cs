using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Cano.Runtime.Data;

namespace Cano.Runtime.Context;

// What JSON finds out of itself where it may look at types.
internal sealed partial record BranchValues<TItem, TResult>
{
    static BranchValues()
    {
        CanoTypes.TellArray<TItem>();
        CanoTypes.TellArray<TResult>();
        CanoTypes.Tell(TypeInfo);
    }

    private static JsonTypeInfo<BranchValues<TItem, TResult>> TypeInfo(JsonSerializerOptions json) =>
        JsonMetadataServices.CreateObjectInfo(
            json,
            new JsonObjectInfoValues<BranchValues<TItem, TResult>>
            {
                ObjectWithParameterizedConstructorCreator = values =>
                    new((TItem[])values[0], (TResult[])values[1]),
                ConstructorParameterMetadataInitializer = () =>
                    [Parameter<TItem[]>(nameof(Items), 0), Parameter<TResult[]>(nameof(Values), 1)],
                PropertyMetadataInitializer = _ =>
                    [
                        Property(json, nameof(Items), values => values.Items),
                        Property(json, nameof(Values), values => values.Values),
                    ],
            }
        );

    private static JsonParameterInfoValues Parameter<T>(string name, int position) =>
        new()
        {
            Name = name,
            ParameterType = typeof(T),
            Position = position,
        };

    private static JsonPropertyInfo Property<T>(
        JsonSerializerOptions json,
        string name,
        Func<BranchValues<TItem, TResult>, T> get
    ) =>
        JsonMetadataServices.CreatePropertyInfo(
            json,
            new JsonPropertyInfoValues<T>
            {
                IsProperty = true,
                IsPublic = true,
                DeclaringType = typeof(BranchValues<TItem, TResult>),
                PropertyName = name,
                Getter = values => get((BranchValues<TItem, TResult>)values),
            }
        );
}
