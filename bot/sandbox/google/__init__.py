"""Google: sign-in and the People API, and Google Contacts in the browser."""
