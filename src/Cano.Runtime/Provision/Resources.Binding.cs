using System.Diagnostics.CodeAnalysis;
using Cano.Runtime.Provision;

namespace Cano;

// Records of what a task needs.
public sealed partial class Resources
{
    /// <summary>Makes a record, or an object of any class, whose constructor's parameters are resources: each
    /// by its name, with a small first letter too, or by its <see cref="ResourceKeyAttribute"/>; behind a
    /// host, by its type if no key is there. The constructor with most parameters is taken; one with a
    /// default may have no resource.</summary>
    /// <exception cref="CanoException">`resource_not_found` or `resource_type_mismatch`; `configuration`: the
    /// type has no public constructor.</exception>
    public TRecord Bind<
        [DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] TRecord
    >() => ResourceRecord.Make<TRecord>(FindAny);

    /// <summary>The value under the first key that has one, else the host's of the type.</summary>
    private object? FindAny(string[] keys, Type type)
    {
        foreach (var key in keys)
            if (Values.TryGetValue(key, out var value))
                return value;
        if (_services is null)
            return null;
        return keys.Select(key => KeyedServices.Under(_services, key, type))
                .FirstOrDefault(it => it is not null)
            ?? _services.GetService(type);
    }
}
