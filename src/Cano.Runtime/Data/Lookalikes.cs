using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using System.Runtime.CompilerServices;

namespace Cano.Runtime.Data;

/// <summary>Members that look as if they met an interface's and do not: the compiler takes the interface's
/// own default in their place, without a word.</summary>
internal static class Lookalikes
{
    private const string Help =
        "A help for who writes a class, where nothing is trimmed: what is gone misleads nobody.";

    private const BindingFlags Declared =
        BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static;

    /// <exception cref="ArgumentException">There is one.</exception>
    public static void ThrowIfAny<TContract>(
        TContract value,
        [CallerArgumentExpression(nameof(value))] string? parameter = null
    )
        where TContract : class
    {
        if (Find(value) is { } problem)
            throw new ArgumentException(problem, parameter);
    }

    /// <summary>What is wrong with the value's type, in a sentence; null when nothing is.</summary>
    public static string? Find<TContract>(TContract value)
        where TContract : class => Known<TContract>.Of(value.GetType());

    [UnconditionalSuppressMessage("Trimming", "IL2067", Justification = Help)]
    [UnconditionalSuppressMessage("Trimming", "IL2070", Justification = Help)]
    private static string? Find(Type type, Type contract)
    {
        if (!RuntimeFeature.IsDynamicCodeSupported)
            return null;
        var map = type.GetInterfaceMap(contract);
        for (var i = 0; i < map.InterfaceMethods.Length; i++)
        {
            var wanted = map.InterfaceMethods[i];
            if (wanted.IsAbstract || map.TargetMethods[i] is not { DeclaringType.IsInterface: true })
                continue;
            var name = wanted.IsSpecialName ? wanted.Name["get_".Length..] : wanted.Name;
            // One that meets another member of that name was meant for it.
            var unmet = type.GetMember(name, Declared).Where(member => !Meets(map, member));
            if (unmet.Any(member => LooksLike(member, wanted)))
                return Problem(type, contract, name, wanted);
        }

        return null;
    }

    private static bool Meets(InterfaceMapping map, MemberInfo member) =>
        Array.Exists(map.TargetMethods, target => target.HasSameMetadataDefinitionAs(member));

    /// <summary>Whether somebody meant it to be called in the interface's name. What others cannot see is
    /// another matter, unless it gives the same.</summary>
    private static bool LooksLike(MemberInfo member, MethodInfo wanted) =>
        member switch
        {
            MethodInfo method => method.IsPublic || method.ReturnType == wanted.ReturnType,
            PropertyInfo property => property.GetMethod is { IsPublic: true }
                || property.PropertyType == wanted.ReturnType,
            FieldInfo field => field.IsPublic,
            _ => false,
        };

    private static string Problem(Type type, Type contract, string name, MethodInfo wanted)
    {
        var (self, of) = (TypeNames.Of(type), TypeNames.Of(contract));
        var given = string.Join(", ", wanted.GetParameters().Select(it => TypeNames.Of(it.ParameterType)));
        var signature =
            $"{TypeNames.Of(wanted.ReturnType)} {name}" + (wanted.IsSpecialName ? "" : $"({given})");
        return $"{self}.{name} looks like {of}.{name} and does not meet it: it would never be asked. "
            + $"Declare `public {signature}` in a class that names {of} among its bases, "
            + "or give it another name";
    }

    /// <summary>A type is looked at once.</summary>
    private static class Known<TContract>
        where TContract : class
    {
        private static readonly ConditionalWeakTable<Type, string> s_problems = [];

        public static string? Of(Type type) =>
            s_problems.GetValue(type, static type => Lookalikes.Find(type, typeof(TContract)) ?? "")
                is { Length: > 0 } problem
                ? problem
                : null;
    }
}
