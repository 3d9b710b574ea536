import type { Person } from '../api/types.ts';
import { roleName } from '../i18n/index.ts';
import { useScope } from './context.ts';

interface PersonsProps {
  persons: readonly Person[] | null | undefined;
  /** Nobody is named for the cell itself. */
  fallback?: boolean | undefined;
}

/** Persons in the order in which they are to be asked; none while they are being fetched. */
export function Persons({ persons, fallback }: PersonsProps) {
  const { s, t } = useScope();
  if (!persons) return <p class="muted">{t('app.loading')}</p>;
  if (!persons.length) return <p class="muted">{t('cell.noPersons')}</p>;
  const inOrder = [...persons].sort((a, b) => a.order - b.order);
  const masked = persons.some((p) => p.phone?.includes('*'));
  return (
    <>
      {fallback && <p class="hint">{t('person.fallback')}</p>}
      <ol class="persons">
        {inOrder.map((person) => (
          <li key={`${person.order} ${person.role} ${person.name}`}>
            <span class="role">{roleName(person, s.lang)}</span>
            <span class="person">
              {person.name ?? '—'}
              {person.slot && (
                <span class={`tag slot-${person.slot}`}>{t(`person.slot.${person.slot}`)}</span>
              )}
              {person.stands_in && <span class="tag slot-B">{t('person.standsIn')}</span>}
              {person.level !== 'cell' && <span class="tag">{t(`person.level.${person.level}`)}</span>}
              {person.organisation && person.organisation !== person.name && (
                <span class="organisation">{person.organisation}</span>
              )}
            </span>
            <Phone person={person} />
          </li>
        ))}
      </ol>
      {masked && <p class="muted small">{t('cell.masked')}</p>}
    </>
  );
}

function Phone({ person: { name, phone } }: { person: Person }) {
  const { t } = useScope();
  if (!phone) return null;
  if (phone.includes('*')) return <span class="phone">{phone}</span>;
  return (
    <a class="phone" href={`tel:${phone}`} aria-label={t('cell.call', { name: name ?? '', phone })}>
      {phone}
    </a>
  );
}
