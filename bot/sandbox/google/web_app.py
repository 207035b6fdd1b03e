"""Google Contacts in the browser: the people of one account."""

from bot.sandbox.google.people import READABLE, Json, People, Person, memberships, shown


class GoogleWebApp:
    """Shows records as the API does, and their labels by name."""

    def __init__(self, people: People) -> None:
        self._people = people

    def records(self) -> list[Json]:
        return [self._shown(person) for person in self._people.live()]

    def add(self, values: Json) -> Json:
        return self._shown(self._people.create(values))

    def change(self, record_id: str, values: Json) -> Json:
        return self._shown(self._people.edit(record_id, values))

    def remove(self, record_id: str) -> None:
        self._people.delete(record_id)

    def _shown(self, person: Person) -> Json:
        labels = self._people.labels
        names = sorted(labels[label] for label in memberships(person.fields) if label in labels)
        return shown(person, READABLE) | {"labels": names}
